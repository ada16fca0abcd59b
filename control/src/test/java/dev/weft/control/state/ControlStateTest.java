package dev.weft.control.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.identity.issue.Issuer;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.state.StateException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ControlStateTest {

    private static final TrustDomain DOMAIN = TrustDomain.parse("cluster.local");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path parent;

    @Test
    void makesAnchorAndIssuerOnce() throws Exception {
        Path directory = parent.resolve("state");
        String first = ControlState.initialise(directory, DOMAIN, Clock.systemUTC())
                .read()
                .fingerprint();
        String second = ControlState.initialise(directory, DOMAIN, Clock.systemUTC())
                .read()
                .fingerprint();
        assertThat(second).isEqualTo(first);
        assertThat(mode(directory)).isEqualTo("rwx------");
        assertThat(mode(directory.resolve("issuer-key.pem"))).isEqualTo("rw-------");
        assertThat(directory.toFile().list()).containsExactlyInAnyOrder("anchor.pem", "issuer.pem", "issuer-key.pem");
    }

    @Test
    void refusesAKeyThatOthersMayRead() throws Exception {
        Path directory = parent.resolve("state");
        ControlState.initialise(directory, DOMAIN, Clock.systemUTC());
        Files.setPosixFilePermissions(
                directory.resolve("issuer-key.pem"), PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> ControlState.initialise(directory, DOMAIN, Clock.systemUTC())
                        .read())
                .isInstanceOf(StateException.class)
                .hasMessageContaining("rw-r-----")
                .hasMessageContaining("chmod 0600");
    }

    @Test
    void refusesAKeyThatIsALink() throws Exception {
        Path directory = parent.resolve("state");
        ControlState.initialise(directory, DOMAIN, Clock.systemUTC());
        Path key = directory.resolve("issuer-key.pem");
        Files.move(key, parent.resolve("elsewhere"));
        Files.createSymbolicLink(key, parent.resolve("elsewhere"));
        assertThatThrownBy(() -> ControlState.initialise(directory, DOMAIN, Clock.systemUTC())
                        .read())
                .hasMessageContaining("not a plain file");
    }

    @Test
    void refusesADirectoryThatOthersMayWriteInto() throws Exception {
        Path directory = Files.createDirectory(parent.resolve("open"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThatThrownBy(() -> ControlState.initialise(directory, DOMAIN, Clock.systemUTC()))
                .hasMessageContaining("rwxrwxrwx");
    }

    @Test
    void refusesAStateThatIsNotWhole() throws Exception {
        Path directory = parent.resolve("state");
        ControlState state = ControlState.initialise(directory, DOMAIN, Clock.systemUTC());
        Files.delete(directory.resolve("anchor.pem"));
        assertThatThrownBy(() -> ControlState.initialise(directory, DOMAIN, Clock.systemUTC()))
                .hasMessageContaining("anchor.pem");
        assertThatThrownBy(state::read).hasMessageContaining("missing");
    }

    @Test
    void beginsWithAnAnchorAndAnIssuerThatAreGivenButNotOverOthers() throws Exception {
        Path directory = parent.resolve("state");
        TrustAnchor anchor = TrustAnchors.create("Ours", Duration.ofDays(2), Clock.systemUTC());
        Issuer issuer = Issuer.createUnder(anchor, DOMAIN, Duration.ofDays(1), Instant.now());

        ControlState.begin(directory, List.of(anchor.certificate()), issuer, Clock.systemUTC());

        assertThat(Pem.decodeCertificates(Files.readString(directory.resolve("anchor.pem"))))
                .containsExactly(anchor.certificate());
        String given = ControlState.initialise(directory, DOMAIN, Clock.systemUTC())
                .read()
                .fingerprint();
        assertThat(mode(directory)).isEqualTo("rwx------");
        assertThat(mode(directory.resolve("issuer-key.pem"))).isEqualTo("rw-------");
        assertThatThrownBy(
                        () -> ControlState.begin(directory, List.of(anchor.certificate()), issuer, Clock.systemUTC()))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("has a trust anchor already");
        assertThat(ControlState.initialise(directory, DOMAIN, Clock.systemUTC())
                        .read()
                        .fingerprint())
                .isEqualTo(given);
    }

    @Test
    void refusesTheIssuerOfAnotherTrustDomain() throws Exception {
        Path directory = parent.resolve("state");
        ControlState.initialise(directory, DOMAIN, Clock.systemUTC());
        assertThatThrownBy(
                        () -> ControlState.initialise(directory, TrustDomain.parse("other.example"), Clock.systemUTC())
                                .read())
                .hasMessageContaining("other.example");
    }

    private static String mode(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
