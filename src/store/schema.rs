//! The tables as diesel sees them; `tests/store.rs` holds them against both sets of migrations.

diesel::table! {
    users (id) {
        id -> Integer,
        name -> Text,
        display_name -> Text,
        password_hash -> Nullable<Text>,
        state -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        last_sign_in_at -> Nullable<Timestamp>,
        sign_in_count -> Integer,
    }
}

diesel::table! {
    roles (id) {
        id -> Integer,
        name -> Text,
        title -> Text,
        obtained_by -> Text,
        built_in -> Bool,
        offered_as -> Text,
    }
}

diesel::table! {
    networks (id) {
        id -> Integer,
        name -> Text,
        ranges -> Text,
        note -> Text,
    }
}

diesel::table! {
    role_networks (role_id, network_id) {
        role_id -> Integer,
        network_id -> Integer,
    }
}

diesel::table! {
    terms (role_id, version) {
        role_id -> Integer,
        version -> Integer,
        heading -> Text,
        text -> Text,
        created_at -> Timestamp,
        created_by -> Text,
    }
}

diesel::table! {
    user_roles (user_id, role_id) {
        user_id -> Integer,
        role_id -> Integer,
    }
}

diesel::table! {
    rules (id) {
        id -> Integer,
        kind -> Text,
        pattern -> Text,
        requirement -> Text,
        note -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        public_size -> Integer,
        from_day -> Nullable<Date>,
        until_day -> Nullable<Date>,
        before_requirement -> Nullable<Text>,
        before_public_size -> Nullable<Integer>,
        after_requirement -> Nullable<Text>,
        after_public_size -> Nullable<Integer>,
        message -> Text,
    }
}

diesel::table! {
    rule_roles (rule_id, role_id, phase) {
        rule_id -> Integer,
        role_id -> Integer,
        phase -> Text,
        max_size -> Nullable<Integer>,
    }
}

diesel::table! {
    sessions (id) {
        id -> Text,
        user_id -> Nullable<Integer>,
        door -> Text,
        state -> Text,
        address -> Nullable<Text>,
        user_agent -> Text,
        created_at -> Timestamp,
        last_seen_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    session_roles (session_id, role_id) {
        session_id -> Text,
        role_id -> Integer,
        version -> Integer,
        granted_at -> Timestamp,
    }
}

diesel::table! {
    api_keys (id) {
        id -> Integer,
        user_id -> Integer,
        name -> Text,
        fingerprint -> Text,
        created_at -> Timestamp,
        expires_at -> Nullable<Timestamp>,
        last_used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    consumers (id) {
        id -> Integer,
        key -> Text,
        name -> Text,
        secret -> Text,
        previous_secret -> Nullable<Text>,
        previous_until -> Nullable<Timestamp>,
        is_enabled -> Bool,
        is_built_in -> Bool,
        max_ttl -> Integer,
        origins -> Text,
        allows_server_side -> Bool,
        names_admins -> Bool,
        prefixes -> Text,
        revoked_before -> Nullable<Timestamp>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        rotated_at -> Timestamp,
    }
}

diesel::table! {
    consumer_roles (consumer_id, role_id) {
        consumer_id -> Integer,
        role_id -> Integer,
        is_base -> Bool,
        is_read_only -> Bool,
    }
}

diesel::table! {
    consumer_blocks (consumer_id, user_id) {
        consumer_id -> Integer,
        user_id -> Text,
        since -> Timestamp,
        until -> Timestamp,
        note -> Text,
    }
}

diesel::table! {
    consumer_counts (consumer_id, reason) {
        consumer_id -> Integer,
        reason -> Text,
        times -> BigInt,
        last_at -> Timestamp,
    }
}

diesel::table! {
    audit_log (id) {
        id -> BigInt,
        at -> Timestamp,
        actor -> Text,
        action -> Text,
        subject -> Text,
        detail -> Text,
        address -> Nullable<Text>,
        outcome -> Text,
        names_visitors -> Bool,
    }
}

diesel::table! {
    changes (id) {
        id -> BigInt,
        at -> Timestamp,
        resource -> Text,
        key -> Text,
    }
}

diesel::table! {
    second_factors (user_id) {
        user_id -> Integer,
        secret -> Text,
        used_step -> BigInt,
        created_at -> Timestamp,
    }
}

diesel::table! {
    recovery_codes (user_id, fingerprint) {
        user_id -> Integer,
        fingerprint -> Text,
    }
}

diesel::joinable!(user_roles -> users (user_id));
diesel::joinable!(user_roles -> roles (role_id));
diesel::joinable!(rule_roles -> rules (rule_id));
diesel::joinable!(rule_roles -> roles (role_id));
diesel::joinable!(role_networks -> roles (role_id));
diesel::joinable!(role_networks -> networks (network_id));
diesel::joinable!(terms -> roles (role_id));
diesel::joinable!(session_roles -> sessions (session_id));
diesel::joinable!(session_roles -> roles (role_id));
diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(api_keys -> users (user_id));
diesel::joinable!(consumer_roles -> roles (role_id));
diesel::allow_tables_to_appear_in_same_query!(
    users,
    roles,
    user_roles,
    networks,
    role_networks,
    terms,
    rules,
    rule_roles,
    sessions,
    session_roles,
    api_keys,
    consumer_roles
);
