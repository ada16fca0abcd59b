package dev.weft.identity.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.trust.JwtAuthority;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds of every bundle, and of every text that somebody might serve as one. */
final class BundlePropertiesTest {

    private static final int MUTATIONS = 3000;
    private static final String PIECES = "{}[],:\"\\ 0123456789-+.eEtruefalsn\u0000\u001f\u007f\u00e9\ud83d";

    private static X509Certificate anchor(boolean p384) {
        return TrustAnchors.create(
                        "anchor",
                        p384 ? KeyPairs.generateP384() : KeyPairs.generateP256(),
                        Duration.ofDays(1),
                        Clock.systemUTC())
                .certificate();
    }

    private static PublicKey elliptic(Random random) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        String[] curves = {"secp256r1", "secp384r1", "secp521r1"};
        generator.initialize(new ECGenParameterSpec(curves[random.nextInt(curves.length)]));
        return generator.generateKeyPair().getPublic();
    }

    /** Nobody has its private part: that would take a second to find. */
    private static PublicKey rsa(Random random) throws GeneralSecurityException {
        BigInteger modulus = new BigInteger(2048, random).setBit(2047).setBit(0);
        return KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, RSAKeyGenParameterSpec.F4));
    }

    private static SpiffeBundle bundle(Random random) throws GeneralSecurityException {
        List<X509Certificate> anchors = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            anchors.add(anchor(random.nextBoolean()));
        }
        List<JwtAuthority> authorities = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            String keyId = "k" + i + PIECES.charAt(random.nextInt(PIECES.length() - 1));
            authorities.add(new JwtAuthority(keyId, random.nextInt(4) == 0 ? rsa(random) : elliptic(random)));
        }
        return new SpiffeBundle(
                anchors,
                authorities,
                random.nextBoolean() ? OptionalLong.of(random.nextLong() >>> 1) : OptionalLong.empty(),
                random.nextBoolean() ? Optional.of(Duration.ofSeconds(1 + random.nextInt(1000))) : Optional.empty());
    }

    @Test
    void whatIsWrittenReadsBackTheSame() throws GeneralSecurityException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 40; i++) {
            SpiffeBundle bundle = bundle(random);
            DecodedBundle read =
                    SpiffeBundles.decode(SpiffeBundles.encode(bundle).getBytes(UTF_8));
            assertThat(read.bundle()).as("seed %d", seed).isEqualTo(bundle);
            assertThat(read.ignored()).as("seed %d", seed).isEmpty();
        }
    }

    @Test
    void mutatedDocumentsAreReadOrRefusedAndNothingElse() throws GeneralSecurityException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        SpiffeBundle bundle = new SpiffeBundle(
                List.of(anchor(false)),
                List.of(new JwtAuthority("key", elliptic(random))),
                OptionalLong.of(7),
                Optional.of(Duration.ofMinutes(1)));
        byte[] document = SpiffeBundles.encode(bundle).getBytes(UTF_8);
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] mutated = mutate(document, random);
            try {
                DecodedBundle read = SpiffeBundles.decode(mutated);
                assertThat(read.ignored())
                        .as("seed %d", seed)
                        .allSatisfy(reason ->
                                assertThat(reason).hasSizeLessThan(400).matches("[ -~]*"));
            } catch (InvalidBundleException e) {
                assertThat(e.getMessage()).as("seed %d", seed).hasSizeLessThan(400);
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + new String(mutated, UTF_8), e);
            }
        }
    }

    private static byte[] mutate(byte[] document, Random random) {
        byte[] mutated = document.clone();
        for (int change = random.nextInt(3); change >= 0; change--) {
            int at = random.nextInt(mutated.length);
            switch (random.nextInt(4)) {
                case 0 -> mutated[at] = (byte) random.nextInt(256);
                case 1 -> mutated[at] = (byte) PIECES.charAt(random.nextInt(PIECES.length()));
                case 2 -> mutated = Arrays.copyOf(mutated, at + 1);
                default -> {
                    int to = random.nextInt(mutated.length);
                    System.arraycopy(document, 0, mutated, to, Math.min(document.length, mutated.length - to));
                }
            }
        }
        return mutated;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{\"keys\":[]",
                "{\"keys\":[],}",
                "{\"keys\":[,]}",
                "{\"keys\":[]} x",
                "{'keys':[]}",
                "{keys:[]}",
                "{\"keys\":[]/**/}",
                "\ufeff{\"keys\":[]}",
                "{\"keys\":[],\"a\":01}",
                "{\"keys\":[],\"a\":+1}",
                "{\"keys\":[],\"a\":1.}",
                "{\"keys\":[],\"a\":.5}",
                "{\"keys\":[],\"a\":1e}",
                "{\"keys\":[],\"a\":-}",
                "{\"keys\":[],\"a\":NaN}",
                "{\"keys\":[],\"a\":tru}",
                "{\"keys\":[],\"a\":\"\t\"}",
                "{\"keys\":[],\"a\":\"\\x\"}",
                "{\"keys\":[],\"a\":\"\\u00g0\"}",
                "{\"keys\":[],\"a\":\"\\ud83d\"}",
                "{\"keys\":[],\"a\":\"\\ude00\\ud83d\"}",
                "{\"keys\":[],\"a\":\"",
                "{\"keys\":[],\"keys\":[]}",
                "{\"keys\":[],\"a\":{\"b\":1,\"\\u0062\":2}}"
            })
    void refusesWhatIsNotExactlyJson(String document) {
        assertThatThrownBy(() -> SpiffeBundles.decode(document.getBytes(UTF_8)))
                .isInstanceOf(InvalidBundleException.class);
    }

    @Test
    void readsAllOfJson() {
        String all = """
                \t{"a" : [0, -0, 12.5e-3, 1E+2, "\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00é", true,\r
                false, null, {}, [] ], "keys":[ ]}
                """;
        assertThat(SpiffeBundles.decode(all.getBytes(UTF_8)).bundle()).isEqualTo(SpiffeBundle.EMPTY);
    }

    @Test
    void refusesDeepNestingWithoutOverflow() {
        String deep = "[".repeat(400_000);
        assertThatThrownBy(() -> SpiffeBundles.decode(deep.getBytes(UTF_8)))
                .isInstanceOf(InvalidBundleException.class)
                .hasMessageContaining("nested deeper than 16 levels");
    }

    @Test
    void refusesWhatIsNotUtf8() {
        byte[] latin1 = {'{', '"', 'k', 'e', 'y', 's', '"', ':', '[', ']', ',', '"', (byte) 0xe9, '"', ':', '1', '}'};
        assertThatThrownBy(() -> SpiffeBundles.decode(latin1))
                .isInstanceOf(InvalidBundleException.class)
                .hasMessageContaining("not UTF-8");
    }
}
