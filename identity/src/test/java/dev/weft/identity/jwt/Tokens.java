package dev.weft.identity.jwt;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.JwtAuthority;
import dev.weft.identity.trust.Revocations;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;

/** Tokens as anybody might make them, without the library that verifies them. */
final class Tokens {

    static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
    static final TrustDomain DOMAIN = new TrustDomain("td.example");
    static final String KEY_ID = "k1";
    static final String AUDIENCE = "db";

    private Tokens() {}

    static KeyPair elliptic(String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static KeyPair rsa(int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static TrustBundles trusting(KeyPair keys) {
        return TrustBundles.of(bundle(DOMAIN, keys, TrustBundle.State.ACTIVE, Revocations.NONE));
    }

    static TrustBundle bundle(TrustDomain domain, KeyPair keys, TrustBundle.State state, Revocations revocations) {
        return new TrustBundle(
                domain, List.of(), state, 1, revocations, List.of(new JwtAuthority(KEY_ID, keys.getPublic())));
    }

    static String header(String algorithm) {
        return "{\"alg\":\"" + algorithm + "\",\"kid\":\"" + KEY_ID + "\",\"typ\":\"JWT\"}";
    }

    static String claims() {
        return "{\"sub\":\"spiffe://td.example/ns/shop/sa/web\",\"aud\":[\"" + AUDIENCE + "\"],\"exp\":"
                + NOW.plusSeconds(60).getEpochSecond() + ",\"iat\":" + NOW.getEpochSecond() + "}";
    }

    static String base64Url(String text) {
        return base64Url(text.getBytes(StandardCharsets.UTF_8));
    }

    static String base64Url(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static String sign(String algorithm, PrivateKey key, String header, String claims) {
        String input = base64Url(header) + "." + base64Url(claims);
        try {
            Signature signature = signature(algorithm);
            signature.initSign(key);
            signature.update(input.getBytes(StandardCharsets.US_ASCII));
            return input + "." + base64Url(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static Signature signature(String algorithm) throws GeneralSecurityException {
        String bits = algorithm.substring(2);
        return switch (algorithm.substring(0, 2)) {
            case "ES" -> Signature.getInstance("SHA" + bits + "withECDSAinP1363Format");
            case "RS" -> Signature.getInstance("SHA" + bits + "withRSA");
            case "PS" -> {
                Signature signature = Signature.getInstance("RSASSA-PSS");
                String hash = "SHA-" + bits;
                signature.setParameter(
                        new PSSParameterSpec(hash, "MGF1", new MGF1ParameterSpec(hash), Integer.parseInt(bits) / 8, 1));
                yield signature;
            }
            default -> throw new AssertionError(algorithm);
        };
    }
}
