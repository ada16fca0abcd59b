package dev.weft.identity.issue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.csr.CertificateSigningRequests;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.verify.Recipe;
import dev.weft.identity.verify.Recipe.Made;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What we make, read by an implementation that is not ours. Needs the {@code openssl} command. */
class OpenSslTest {

    private static final TrustDomain DOMAIN = TrustDomain.parse("cluster.local");
    private static final SpiffeId WEB = SpiffeId.ofServiceAccount(DOMAIN, "shop", "web");
    private static final Duration DAY = Duration.ofDays(1);

    private final TrustAnchor anchor =
            TrustAnchors.create("Anchor", DAY.multipliedBy(365), Clock.fixed(Recipe.NOW, ZoneOffset.UTC));
    private final Issuer issuer = Issuer.createUnder(anchor, DOMAIN, DAY.multipliedBy(30), Recipe.NOW);

    @TempDir
    private Path directory;

    private record Output(int exitCode, String text) {}

    @Test
    void acceptsAChainThatWeIssued() throws Exception {
        List<X509Certificate> chain = issuer.issue(KeyPairs.generateP256().getPublic(), WEB, DAY, Recipe.NOW);

        Output output = verify(chain.get(0), chain.get(1), "-x509_strict");

        assertThat(output.text()).contains("leaf.pem: OK");
        assertThat(output.exitCode()).isZero();
    }

    @Test
    void refusesALeafOfAnotherTrustDomainUnderOurIssuer() throws Exception {
        X509Certificate own = issuer.chain().getFirst();
        Made constrained = new Made(own, new KeyPair(own.getPublicKey(), issuer.key()));
        X509Certificate foreign =
                Recipe.leaf(constrained, "spiffe://evil.local/ns/shop/sa/web").certificate();
        X509Certificate right = Recipe.leaf(constrained, WEB.toString()).certificate();

        assertThat(verify(right, own, "-policy_check").text()).contains("leaf.pem: OK");
        Output output = verify(foreign, own, "-policy_check");
        assertThat(output.text()).contains("permitted subtree violation");
        assertThat(output.exitCode()).isNotZero();
    }

    @Test
    void acceptsARequestThatWeMade() throws Exception {
        byte[] csr = CertificateSigningRequests.create(KeyPairs.generateP256(), WEB);
        Path file = Files.writeString(directory.resolve("request.pem"), Pem.encodeCsr(csr));

        Output output = run("req", "-in", file.toString(), "-verify", "-noout", "-text");

        assertThat(output.exitCode()).as(output.text()).isZero();
        assertThat(output.text()).contains("verify OK", "URI:" + WEB);
    }

    private Output verify(X509Certificate leaf, X509Certificate issuerCertificate, String option) throws Exception {
        Path anchorFile = write("anchor.pem", anchor.certificate());
        Path issuerFile = write("issuer.pem", issuerCertificate);
        Path leafFile = write("leaf.pem", leaf);
        return run(
                "verify",
                "-attime",
                String.valueOf(Recipe.NOW.getEpochSecond()),
                option,
                "-purpose",
                "sslserver",
                "-CAfile",
                anchorFile.toString(),
                "-untrusted",
                issuerFile.toString(),
                leafFile.toString());
    }

    private Path write(String name, X509Certificate certificate) throws Exception {
        return Files.writeString(directory.resolve(name), Pem.encodeCertificates(List.of(certificate)));
    }

    private static Output run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return new Output(process.exitValue(), text);
    }
}
