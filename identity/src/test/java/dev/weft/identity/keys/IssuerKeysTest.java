package dev.weft.identity.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.identity.issue.Issuer;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.identity.verify.Recipe;
import dev.weft.identity.verify.SvidVerifier;
import dev.weft.identity.verify.Verification.Verified;
import dev.weft.testing.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys of issuers in the forms that OpenSSL and cert-manager write them. */
final class IssuerKeysTest {

    private static final TrustDomain DOMAIN = TrustDomain.parse("cluster.local");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"prime256v1", "secp384r1"})
    void readsSec1AsOpenSslWritesIt(String curve) throws Exception {
        openssl("ecparam", "-name", curve, "-genkey", "-out", "key.pem");
        String pem = read("key.pem");
        assertThat(pem).contains("EC PARAMETERS", "EC PRIVATE KEY");
        assertOurs(IssuerKeys.decode(pem), ECPrivateKey.class);
    }

    @Test
    void readsSec1WithoutParameters() throws Exception {
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "key.pem");
        assertThat(read("key.pem")).doesNotContain("EC PARAMETERS");
        assertOurs(IssuerKeys.decode(read("key.pem")), ECPrivateKey.class);
    }

    @Test
    void readsPkcs1() throws Exception {
        openssl("genrsa", "-traditional", "-out", "key.pem", "2048");
        assertThat(read("key.pem")).contains("BEGIN RSA PRIVATE KEY");
        assertOurs(IssuerKeys.decode(read("key.pem")), RSAPrivateCrtKey.class);
    }

    @Test
    void readsPkcs8OfBothKinds() throws Exception {
        openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", "key.pem");
        assertThat(read("key.pem")).contains("BEGIN PRIVATE KEY");
        assertOurs(IssuerKeys.decode(read("key.pem")), RSAPrivateCrtKey.class);

        openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "key.pem");
        assertOurs(IssuerKeys.decode(read("key.pem")), ECPrivateKey.class);
    }

    @Test
    void refusesAKeyUnderAPassphraseInBothItsForms() throws Exception {
        openssl("genpkey", "-algorithm", "RSA", "-out", "plain.pem");
        openssl("pkcs8", "-topk8", "-in", "plain.pem", "-passout", "pass:secret", "-out", "key.pem");
        assertThatThrownBy(() -> IssuerKeys.decode(read("key.pem"))).hasMessageContaining("under a passphrase");

        openssl("rsa", "-traditional", "-aes128", "-in", "plain.pem", "-passout", "pass:secret", "-out", "key.pem");
        assertThat(read("key.pem")).contains("Proc-Type");
        assertThatThrownBy(() -> IssuerKeys.decode(read("key.pem"))).hasMessageContaining("under a passphrase");
    }

    @Test
    void refusesOtherKinds() throws Exception {
        openssl("genpkey", "-algorithm", "ED25519", "-out", "key.pem");
        assertThatThrownBy(() -> IssuerKeys.decode(read("key.pem")))
                .isInstanceOf(InvalidEncodingException.class)
                .hasMessageContaining("neither an elliptic curve key nor RSA");
    }

    @Test
    void refusesWhatIsNotOneWholeKey() throws Exception {
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "key.pem");
        String pem = read("key.pem");

        assertThatThrownBy(() -> IssuerKeys.decode(pem + pem)).hasMessageContaining("2 private keys");
        assertThatThrownBy(() -> IssuerKeys.decode("")).hasMessageContaining("no block");
        assertThatThrownBy(() -> IssuerKeys.decode(pem.substring(0, pem.length() / 2)))
                .hasMessageContaining("does not end");
        assertThatThrownBy(() -> IssuerKeys.decode(pem.replace("EC PRIVATE", "DSA PRIVATE")))
                .hasMessageContaining("another kind");
        assertThatThrownBy(() -> IssuerKeys.decode(pem.replace("EC PRIVATE", "RSA PRIVATE")))
                .hasMessageContaining("neither");
        assertThatThrownBy(() ->
                        IssuerKeys.decode("-----BEGIN EC PRIVATE KEY-----\nMAMCAQE=\n-----END EC PRIVATE KEY-----\n"))
                .isInstanceOf(InvalidEncodingException.class);
    }

    @Test
    void anIssuerWithAnRsaKeySignsWhatVerifies() throws Exception {
        Recipe.Made anchor = Recipe.anchor("CN=Anchor").make();
        KeyPair rsa = rsa(2048);
        Recipe.Made made =
                Recipe.issuer(anchor, "CN=Issuer").keys(rsa, "SHA256withECDSA").make();
        Issuer issuer = Issuer.load(DOMAIN, List.of(made.certificate()), rsa.getPrivate());

        var chain = issuer.issue(
                KeyPairs.generateP256().getPublic(),
                SpiffeId.parse("spiffe://cluster.local/ns/shop/sa/web"),
                Duration.ofHours(1),
                Recipe.NOW);

        assertThat(chain.getFirst().getSigAlgName()).isEqualTo("SHA256withRSA");
        assertThat(SvidVerifier.verify(
                        chain, TrustBundles.of(TrustBundle.of(DOMAIN, List.of(anchor.certificate()))), Recipe.NOW))
                .isInstanceOf(Verified.class);
    }

    @Test
    void anIssuerHasNoShortRsaKey() throws Exception {
        Recipe.Made anchor = Recipe.anchor("CN=Anchor").make();
        KeyPair rsa = rsa(1024);
        Recipe.Made made =
                Recipe.issuer(anchor, "CN=Issuer").keys(rsa, "SHA256withECDSA").make();

        assertThatThrownBy(() -> Issuer.load(DOMAIN, List.of(made.certificate()), rsa.getPrivate()))
                .hasMessageContaining("RSA of 2048 to 4096 bits");
    }

    private static KeyPair rsa(int bits) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(bits);
        return generator.generateKeyPair();
    }

    /** It is the key that OpenSSL has the public half of. */
    private void assertOurs(PrivateKey key, Class<?> kind) throws Exception {
        openssl("pkey", "-in", "key.pem", "-pubout", "-outform", "DER", "-out", "public.der");
        PublicKey publicKey = PublicKeys.decode(Files.readAllBytes(directory.resolve("public.der")));
        assertThat(key).isInstanceOf(kind);
        assertThat(PrivateKeys.matches(key, publicKey)).isTrue();
    }

    private String read(String file) throws Exception {
        return Files.readString(directory.resolve(file));
    }

    private void openssl(String... arguments) throws Exception {
        List<String> line = new ArrayList<>(List.of("openssl"));
        line.addAll(List.of(arguments));
        Process process = new ProcessBuilder(line)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String output = Programs.output(process);
        assertThat(process.exitValue()).as(output).isZero();
    }
}
