package dev.weft.identity.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.trust.JwtAuthority;
import io.spiffe.bundle.jwtbundle.JwtBundle;
import io.spiffe.bundle.x509bundle.X509Bundle;
import io.spiffe.spiffeid.TrustDomain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What other implementations of SPIFFE make of our bundles, and we of theirs. */
final class InteropTest {

    private static final TrustDomain EAST = TrustDomain.parse("east.example");

    /** Without anchors, as the Workload API wants it; java-spiffe does not tell keys apart by their use (JW-08). */
    @Test
    void javaSpiffeReadsOurJwtAuthorities() throws Exception {
        JwtAuthority p256 = new JwtAuthority("one", KeyPairs.generateP256().getPublic());
        JwtAuthority p384 = new JwtAuthority("two", KeyPairs.generateP384().getPublic());
        String document = SpiffeBundles.encode(new SpiffeBundle(
                List.of(), List.of(p256, p384), OptionalLong.of(1), Optional.of(Duration.ofMinutes(1))));

        JwtBundle read = JwtBundle.parse(EAST, document.getBytes(UTF_8));

        assertThat(read.findJwtAuthority("one")).isEqualTo(p256.publicKey());
        assertThat(read.findJwtAuthority("two")).isEqualTo(p384.publicKey());
        assertThat(read.getJwtAuthorities()).containsOnlyKeys("one", "two");
    }

    @Test
    void javaSpiffeReadsOurAnchorsAsPem() throws Exception {
        X509Certificate anchor = TrustAnchors.create("anchor", Duration.ofDays(1), Clock.systemUTC())
                .certificate();

        X509Bundle read =
                X509Bundle.parse(EAST, Pem.encodeCertificates(List.of(anchor)).getBytes(UTF_8));

        assertThat(read.getX509Authorities()).containsExactly(anchor);
    }

    /** Written as SPIRE writes it: indented, RSA and EC, the members in its order, a number for each parameter. */
    @Test
    void readsABundleInTheFormOfSpire() throws IOException {
        byte[] document = Files.readAllBytes(Path.of("src/test/resources/bundle/spire-form.json"));

        DecodedBundle read = SpiffeBundles.decode(document);

        assertThat(read.ignored()).isEmpty();
        assertThat(read.bundle().anchors())
                .hasSize(2)
                .allSatisfy(anchor -> assertThat(anchor.getBasicConstraints()).isNotNegative());
        assertThat(read.bundle().jwtAuthorities())
                .extracting(JwtAuthority::keyId)
                .containsExactly("C6vs25welZOx6WksNYfbMfiw9l96pMnD", "gHTCunJbefYtnZnTctd84xeRWyMrEsWD");
        assertThat(read.bundle().sequence()).hasValue(42);
        assertThat(read.bundle().refreshHint()).contains(Duration.ofSeconds(60));
    }
}
