package dev.weft.identity.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.identity.der.Der;
import dev.weft.testing.Programs;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys under a passphrase, also between us and the {@code openssl} command. */
class EncryptedPrivateKeysTest {

    /** Each change costs a derivation, unless it is refused before. */
    private static final int MUTATIONS = 300;

    private static final char[] PASSPHRASE = "correct horse, 馬".toCharArray();
    private static final char[] WRONG = "correct horse, 马".toCharArray();

    private final KeyPair keys = KeyPairs.generateP256();

    /** Written once: it takes as long as it shall take an attacker. */
    private static final PrivateKey KEY = KeyPairs.generateP256().getPrivate();

    private static final String WRITTEN = Pem.encodePrivateKey(KEY, PASSPHRASE);

    @TempDir
    private Path directory;

    @Test
    void readsWhatItWrote() {
        assertThat(WRITTEN).startsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----");
        assertThat(Pem.isEncryptedPrivateKey(WRITTEN)).isTrue();
        assertThat(Pem.decodePrivateKey(WRITTEN, PASSPHRASE)).isEqualTo(KEY);
        PrivateKey larger = KeyPairs.generateP384().getPrivate();
        assertThat(Pem.decodePrivateKey(Pem.encodePrivateKey(larger, PASSPHRASE), PASSPHRASE))
                .isEqualTo(larger);
        assertThat(Pem.isEncryptedPrivateKey(Pem.encodePrivateKey(KEY))).isFalse();
    }

    @Test
    void neverEncryptsTwiceInTheSameWay() {
        assertThat(Pem.encodePrivateKey(KEY, PASSPHRASE)).isNotEqualTo(WRITTEN);
    }

    @Test
    void aWrongPassphraseHasItsOwnError() {
        assertThatThrownBy(() -> Pem.decodePrivateKey(WRITTEN, WRONG))
                .isInstanceOf(WrongPassphraseException.class)
                .hasNoCause();
    }

    /** One in 256 wrong passphrases decrypts to bytes whose padding looks right. */
    @Test
    void aWrongPassphraseIsFoundOutAlsoWhenThePaddingLooksRight() throws Exception {
        byte[] cheap = cheaplyEncrypted();
        for (int i = 0; i < 2000; i++) {
            char[] guess = ("guess " + i).toCharArray();
            assertThatThrownBy(() -> EncryptedPrivateKeys.decrypt(cheap, guess))
                    .isInstanceOf(WrongPassphraseException.class);
        }
    }

    @Test
    void opensslReadsTheKeyAndFindsTheIterations() throws Exception {
        Path file = write(WRITTEN);

        String plain = openssl("pkey", "-in", file.toString(), "-passin", "pass:" + new String(PASSPHRASE));
        String asn1 = openssl("asn1parse", "-in", file.toString());

        assertThat(Pem.decodePrivateKey(plain)).isEqualTo(KEY);
        assertThat(asn1).contains("PBES2", "PBKDF2", "hmacWithSHA256", "aes-256-cbc", ":0927C0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-v2 aes-256-cbc",
                "-v2 aes-128-cbc -v2prf hmacWithSHA512",
                "-v2 aes-192-cbc -v2prf hmacWithSHA384 -iter 10000",
                "-v2 aes-256-cbc -iter 600000 -saltlen 32"
            })
    void readsWhatOpensslWrites(String options) throws Exception {
        Path plain = write(Pem.encodePrivateKey(keys.getPrivate()));
        List<String> arguments = new ArrayList<>(List.of("pkcs8", "-topk8", "-in", plain.toString()));
        arguments.addAll(List.of("-passout", "pass:" + new String(PASSPHRASE)));
        arguments.addAll(List.of(options.split(" ")));

        String text = openssl(arguments.toArray(String[]::new));

        assertThat(Pem.decodePrivateKey(text, PASSPHRASE)).isEqualTo(keys.getPrivate());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-v2 des3", "-v1 PBE-SHA1-3DES", "-v2 aes-256-cbc -v2prf hmacWithSHA1", "-scrypt"})
    void refusesWeakAndUnknownEncryption(String options) throws Exception {
        Path plain = write(Pem.encodePrivateKey(keys.getPrivate()));
        List<String> arguments = new ArrayList<>(List.of("pkcs8", "-topk8", "-in", plain.toString()));
        arguments.addAll(List.of("-passout", "pass:x"));
        arguments.addAll(List.of(options.split(" ")));
        String text = openssl(arguments.toArray(String[]::new));

        assertRefused(() -> Pem.decodePrivateKey(text, "x".toCharArray()), "expected: ");
    }

    @Test
    void refusesMoreIterationsThanAnybodyWaitsFor() {
        assertRefused(
                () -> EncryptedPrivateKeys.decrypt(encrypted(BigInteger.valueOf(10_000_001)), PASSPHRASE),
                "expected: 1-10000000 iterations");
        assertRefused(
                () -> EncryptedPrivateKeys.decrypt(encrypted(BigInteger.ONE.shiftLeft(400)), PASSPHRASE),
                "expected: 1-10000000 iterations");
        assertRefused(
                () -> EncryptedPrivateKeys.decrypt(encrypted(BigInteger.ZERO), PASSPHRASE),
                "expected: 1-10000000 iterations");
    }

    @Test
    void refusesAKeyOfAnotherKindThatThePassphraseOpens() throws Exception {
        String rsa = openssl(
                "genpkey", "-algorithm", "RSA", "-aes-256-cbc", "-pass", "pass:x", "-pkeyopt", "rsa_keygen_bits:2048");

        assertRefused(() -> Pem.decodePrivateKey(rsa, "x".toCharArray()), "not an elliptic curve key");
    }

    @Test
    void refusesLargeKeysAndTheUnencrypted() {
        assertRefused(() -> EncryptedPrivateKeys.decrypt(new byte[4097], PASSPHRASE), "expected: <= 4096");
        assertRefused(
                () -> Pem.decodePrivateKey(Pem.encodePrivateKey(keys.getPrivate()), PASSPHRASE),
                "not a whole \"ENCRYPTED PRIVATE KEY\"");
    }

    @Test
    void mutatedKeysAreRefusedOrTheSame() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        byte[] original = cheaplyEncrypted();
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] mutated = original.clone();
            for (int change = random.nextInt(3); change >= 0; change--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
            }
            try {
                // A change in the cipher text may change the key and nothing else: CBC proves no integrity.
                assertThat(EncryptedPrivateKeys.decrypt(mutated, "x".toCharArray()))
                        .as("seed %d", seed)
                        .isNotNull();
            } catch (InvalidEncodingException | WrongPassphraseException _) {
                // Refused: fine.
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    private byte[] cheaplyEncrypted() throws Exception {
        Path plain = write(Pem.encodePrivateKey(keys.getPrivate()));
        Path out = directory.resolve("cheap.der");
        openssl(
                "pkcs8",
                "-topk8",
                "-in",
                plain.toString(),
                "-passout",
                "pass:x",
                "-v2",
                "aes-256-cbc",
                "-iter",
                "1",
                "-outform",
                "DER",
                "-out",
                out.toString());
        return Files.readAllBytes(out);
    }

    private static byte[] encrypted(BigInteger iterations) {
        byte[] derivation = Der.sequence(
                Der.objectIdentifier(1, 2, 840, 113549, 1, 5, 12),
                Der.sequence(
                        Der.value(Der.OCTET_STRING, new byte[16]), Der.value(Der.INTEGER, iterations.toByteArray())));
        byte[] scheme = Der.sequence(
                Der.objectIdentifier(2, 16, 840, 1, 101, 3, 4, 1, 42), Der.value(Der.OCTET_STRING, new byte[16]));
        byte[] algorithm =
                Der.sequence(Der.objectIdentifier(1, 2, 840, 113549, 1, 5, 13), Der.sequence(derivation, scheme));
        return Der.sequence(algorithm, Der.value(Der.OCTET_STRING, new byte[16]));
    }

    private Path write(String text) throws Exception {
        return Files.writeString(directory.resolve("key.pem"), text);
    }

    private static String openssl(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.getOutputStream().close();
        String text = Programs.output(process);
        assertThat(process.exitValue()).as("%s", command).isZero();
        return text;
    }

    private static void assertRefused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(InvalidEncodingException.class).hasMessageContaining(message);
    }
}
