package dev.weft.local.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.trust.SpkiFingerprint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeptAnchorsTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    private static X509Certificate anchor(String name) {
        return TrustAnchors.create(name, Duration.ofDays(1), Clock.systemUTC()).certificate();
    }

    private static String key(X509Certificate certificate) {
        return SpkiFingerprint.of(certificate.getPublicKey()).hex();
    }

    @Test
    void knowsTheAnchorsWhoseKeysAreKeptAndNoOther() throws Exception {
        MeshState state = new MeshState(directory);
        X509Certificate first = anchor("first");
        X509Certificate second = anchor("second");
        assertThat(new KeptAnchors(state).contains(key(first))).isFalse();

        new KeptAnchors(state).add(first);
        new KeptAnchors(state).add(second);
        new KeptAnchors(state).add(first);

        assertThat(new KeptAnchors(state).contains(key(first))).isTrue();
        assertThat(new KeptAnchors(state).contains(key(second))).isTrue();
        assertThat(new KeptAnchors(state).contains(key(anchor("first")))).isFalse();
        assertThat(Files.readAllLines(state.keptAnchors())).hasSize(2);
    }
}
