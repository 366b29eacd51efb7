# Makes authTokens for the signed-in users of this site. Needs no gem.
require "json"
require "openssl"

TTL = 3600 # seconds

def base64url(bytes)
  [bytes].pack("m0").tr("+/", "-_").delete("=")
end

# The token of a user. Take the user from your session, never from the request.
def auth_token(user_id)
  header = { alg: "HS256", typ: "JWT" }
  claims = {
    consumerKey: ENV.fetch("ANNOTATOR_KEY"),
    userId: user_id.to_s,
    issuedAt: Time.now.utc.strftime("%Y-%m-%dT%H:%M:%SZ"),
    ttl: TTL
  }
  # annotator.js reads the claims byte by byte, so they are to be plain ASCII.
  signed = [header, claims].map { |part| base64url(JSON.generate(part, ascii_only: true)) }.join(".")
  signed + "." + base64url(OpenSSL::HMAC.digest("SHA256", ENV.fetch("ANNOTATOR_SECRET"), signed))
end

puts auth_token(ARGV.fetch(0).dup.force_encoding("UTF-8")) if __FILE__ == $PROGRAM_NAME
