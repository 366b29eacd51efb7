<?php
// Makes authTokens for the signed-in users of this site. Needs no library.
declare(strict_types=1);

const TTL = 3600; // seconds

function base64url(string $bytes): string
{
    return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
}

// The token of a user. Take the user from your session, never from the request.
function auth_token(string $user_id): string
{
    $header = ['alg' => 'HS256', 'typ' => 'JWT'];
    $claims = [
        'consumerKey' => getenv('ANNOTATOR_KEY'),
        'userId' => $user_id,
        'issuedAt' => gmdate('Y-m-d\TH:i:s\Z'),
        'ttl' => TTL,
    ];
    $signed = base64url(json_encode($header)) . '.' . base64url(json_encode($claims, JSON_THROW_ON_ERROR));
    return $signed . '.' . base64url(hash_hmac('sha256', $signed, getenv('ANNOTATOR_SECRET'), true));
}

if (PHP_SAPI === 'cli' && realpath($argv[0]) === __FILE__) {
    echo auth_token($argv[1]), "\n";
}
