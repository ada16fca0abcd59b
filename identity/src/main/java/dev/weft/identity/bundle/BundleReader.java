package dev.weft.identity.bundle;

import dev.weft.identity.keys.Certificates;
import dev.weft.identity.keys.InvalidEncodingException;
import dev.weft.identity.spiffe.PeerText;
import dev.weft.identity.trust.JwtAuthority;
import dev.weft.identity.trust.TrustBundle;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Reads the JWK Set of one bundle. A key that cannot be used is ignored, and the reason is kept (TB-04). The other keys
 * still count; if no key is left, nothing is trusted (TB-03). An error in the document itself refuses the whole
 * document.
 */
final class BundleReader {

    private static final String X509_USE = "x509-svid";
    private static final String JWT_USE = "jwt-svid";

    /** Most digits of a number: 2^63 - 1 has 19. */
    private static final int MAX_DIGITS = 19;

    private final Set<X509Certificate> anchors = new LinkedHashSet<>();
    private final Map<String, JwtAuthority> jwtAuthorities = new LinkedHashMap<>();
    private final List<String> ignored = new ArrayList<>();

    private BundleReader() {}

    /** @throws InvalidBundleException if the document is not a trust bundle, or exceeds a limit */
    static DecodedBundle read(JsonValue document) {
        if (!(document instanceof JsonValue.Members(Map<String, JsonValue> members))) {
            throw new InvalidBundleException("bundle: " + document.kind() + " (expected: an object)");
        }
        if (!(members.get("keys") instanceof JsonValue.Items(List<JsonValue> keys))) {
            throw new InvalidBundleException("bundle: no list \"keys\" (expected: one, which may be empty)");
        }
        if (keys.size() > SpiffeBundles.MAX_KEYS) {
            throw new InvalidBundleException(
                    "bundle: " + keys.size() + " keys (expected: at most " + SpiffeBundles.MAX_KEYS + ")");
        }
        BundleReader reader = new BundleReader();
        for (int i = 0; i < keys.size(); i++) {
            reader.add(i, keys.get(i));
        }
        return reader.decoded(number(members, "spiffe_sequence"), number(members, "spiffe_refresh_hint"));
    }

    private DecodedBundle decoded(OptionalLong sequence, OptionalLong refreshHint) {
        limit("X.509 anchors", anchors.size(), TrustBundle.MAX_ANCHORS);
        limit("JWT authorities", jwtAuthorities.size(), TrustBundle.MAX_JWT_AUTHORITIES);
        // A hint of 0 counts as no hint: SPIRE writes it when none is configured.
        Optional<Duration> hint = refreshHint.isEmpty() || refreshHint.getAsLong() == 0
                ? Optional.empty()
                : Optional.of(Duration.ofSeconds(refreshHint.getAsLong()));
        return new DecodedBundle(
                new SpiffeBundle(List.copyOf(anchors), List.copyOf(jwtAuthorities.values()), sequence, hint), ignored);
    }

    private static void limit(String what, int count, int most) {
        if (count > most) {
            throw new InvalidBundleException("bundle: " + count + " " + what + " (expected: at most " + most + ")");
        }
    }

    private void add(int index, JsonValue key) {
        if (!(key instanceof JsonValue.Members(Map<String, JsonValue> members))) {
            throw new InvalidBundleException("bundle: keys[" + index + "] is " + key.kind() + " (expected: an object)");
        }
        JwkMembers jwk = new JwkMembers(members);
        String use = jwk.members().get("use") instanceof JsonValue.Text(String text) ? text : "";
        try {
            switch (use) {
                case X509_USE -> anchors.add(anchor(jwk));
                case JWT_USE -> addJwtAuthority(jwk);
                default -> ignored.add("keys[" + index + "]: its use is " + jwk.shown("use"));
            }
        } catch (AmbiguousKeyException e) {
            throw new InvalidBundleException("bundle: keys[" + index + "]: " + e.getMessage(), e);
        } catch (InvalidBundleException e) {
            ignored.add("keys[" + index + "]: " + e.getMessage());
        } catch (InvalidEncodingException e) {
            ignored.add("keys[" + index + "]: " + PeerText.quote(String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            // Accessors of the JDK's certificates throw more than they declare. Whatever they throw, the key is
            // unusable.
            ignored.add("keys[" + index + "]: cannot be read: " + PeerText.quote(e.toString()));
        }
    }

    private static X509Certificate anchor(JwkMembers jwk) {
        String kty = jwk.required("kty");
        if (!kty.equals(JwkKeys.EC) && !kty.equals(JwkKeys.RSA)) {
            throw new InvalidBundleException("its kty is " + PeerText.quote(kty) + " (expected: EC or RSA)");
        }
        X509Certificate certificate = Certificates.decode(base64(jwk.firstOf("x5c")));
        if (certificate.getBasicConstraints() < 0) {
            throw new InvalidBundleException("its certificate is not that of a CA");
        }
        // The certificate decides. Members of the key itself, if present, must agree with it (RFC 7517 section 4.7).
        boolean complete = kty.equals(JwkKeys.EC) ? jwk.has("crv", "x", "y") : jwk.has("n", "e");
        if (complete && !JwkKeys.key(jwk).equals(certificate.getPublicKey())) {
            throw new InvalidBundleException("its key is another than that of its certificate");
        }
        return certificate;
    }

    private static byte[] base64(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidBundleException("x5c is not base64", e);
        }
    }

    private void addJwtAuthority(JwkMembers jwk) throws AmbiguousKeyException {
        String keyId = jwk.required("kid");
        PublicKey key = JwkKeys.key(jwk);
        JwtAuthority authority;
        try {
            authority = new JwtAuthority(keyId, key);
        } catch (IllegalArgumentException e) {
            throw new InvalidBundleException(String.valueOf(e.getMessage()), e);
        }
        JwtAuthority other = jwtAuthorities.putIfAbsent(keyId, authority);
        if (other != null && !other.publicKey().equals(key)) {
            throw new AmbiguousKeyException("its kid " + PeerText.quote(keyId) + " is that of another key too");
        }
    }

    private static OptionalLong number(Map<String, JsonValue> members, String name) {
        JsonValue value = members.get(name);
        if (value == null) {
            return OptionalLong.empty();
        }
        if (value instanceof JsonValue.Numeral(String literal)
                && literal.length() <= MAX_DIGITS
                && literal.chars().allMatch(c -> c >= '0' && c <= '9')) {
            try {
                return OptionalLong.of(Long.parseLong(literal));
            } catch (NumberFormatException _) {
                // A number of 19 digits above the maximum.
            }
        }
        throw new InvalidBundleException("bundle: " + name + " is "
                + (value instanceof JsonValue.Numeral(String literal) ? PeerText.quote(literal) : value.kind())
                + " (expected: an integer from 0 to 2^63-1)");
    }

    /**
     * Thrown if two different keys have the same key ID. It is unclear which of them a token means, so the document is
     * refused.
     */
    private static final class AmbiguousKeyException extends Exception {
        AmbiguousKeyException(String message) {
            super(message);
        }
    }
}
