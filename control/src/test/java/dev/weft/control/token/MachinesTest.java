package dev.weft.control.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.control.token.Machines.Standing;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.SerialNumber;
import dev.weft.mesh.state.StateException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MachinesTest {

    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
    private static final TrustDomain DOMAIN = TrustDomain.parse("cluster.local");
    private static final SpiffeId LAPTOP = SpiffeId.ofServiceAccount(DOMAIN, "shop", "laptop");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final String ID = "0123456789ab";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path parent;

    private final Issuer issuer = Issuer.createUnder(
            TrustAnchors.create("anchor", Duration.ofDays(30), at(NOW)), DOMAIN, Duration.ofDays(20), NOW);

    private Path directory() {
        return parent.resolve("machines");
    }

    private Machines machines(Instant now) throws IOException {
        return new Machines(directory(), at(now));
    }

    private static Clock at(Instant now) {
        return Clock.fixed(now, ZoneOffset.UTC);
    }

    private X509Certificate leaf() {
        return issuer.issue(KeyPairs.generateP256().getPublic(), LAPTOP, HOUR, NOW)
                .getFirst();
    }

    private static JoinToken token(String id) {
        return new JoinToken(id, LAPTOP, NOW.plus(HOUR), Optional.of("shop/laptop"), Optional.of(NOW));
    }

    @Test
    void keepsAccountOfEachCertificateAlsoAfterARestart() throws IOException {
        X509Certificate first = leaf();
        X509Certificate second = leaf();
        Machines machines = machines(NOW);
        machines.joined(token(ID), first, "192.0.2.1");
        assertThat(machines.renewed(first, second, "192.0.2.2")).isEqualTo(Standing.GOOD);

        Machine machine = machines(NOW).list().getFirst();
        assertThat(machine).isEqualTo(machines.list().getFirst());
        assertThat(machine.token()).isEqualTo(token(ID));
        assertThat(machine.joinedFrom()).isEqualTo("192.0.2.1");
        assertThat(machine.renewals()).isEqualTo(1);
        assertThat(machine.last().serialNumber()).isEqualTo(second.getSerialNumber());
        assertThat(machine.last().address()).isEqualTo("192.0.2.2");
    }

    @Test
    void refusesEveryCertificateOfARevokedMachineAlsoAfterARestart() throws IOException {
        X509Certificate first = leaf();
        X509Certificate second = leaf();
        Machines machines = machines(NOW);
        machines.joined(token(ID), first, "192.0.2.1");
        machines.renewed(first, second, "192.0.2.1");
        assertThat(machines.revoked(second)).isFalse();
        assertThat(machines.revoke(ID)).isPresent();

        Machines restarted = machines(NOW);
        for (X509Certificate held : new X509Certificate[] {first, second}) {
            assertThat(restarted.revoked(held)).isTrue();
            assertThat(restarted.renewed(held, leaf(), "192.0.2.1")).isEqualTo(Standing.REVOKED);
        }
        assertThat(restarted.list().getFirst().renewals()).isEqualTo(1);
    }

    @Test
    void leavesAloneWhatDidNotJoinByAnOperatorsToken() throws IOException {
        Machines machines = machines(NOW);
        assertThat(machines.renewed(leaf(), leaf(), "192.0.2.1")).isEqualTo(Standing.GOOD);
        assertThat(machines.revoked(leaf())).isFalse();
        assertThat(machines.revoke(ID)).isEmpty();
        assertThat(machines.list()).isEmpty();
    }

    @Test
    void givesAMachineNoMoreCertificatesThanItNeeds() throws IOException {
        X509Certificate first = leaf();
        Machines machines = machines(NOW);
        machines.joined(token(ID), first, "192.0.2.1");
        for (int i = 1; i < Machines.MAX_CERTIFICATES; i++) {
            assertThat(machines.renewed(first, leaf(), "192.0.2.1")).isEqualTo(Standing.GOOD);
        }
        assertThat(machines.renewed(first, leaf(), "192.0.2.1")).isEqualTo(Standing.TOO_MANY);
    }

    @Test
    void forgetsCertificatesThatAreOverAndMachinesThatHaveBeenForAWeek() throws IOException {
        X509Certificate first = leaf();
        machines(NOW).joined(token(ID), first, "192.0.2.1");

        Machines later = machines(NOW.plus(HOUR).plus(HOUR));
        later.prune();
        assertThat(later.list()).hasSize(1);
        later.renewed(first, leaf(), "192.0.2.1");
        assertThat(later.list().getFirst().certificates()).hasSize(1);

        Machines muchLater = machines(NOW.plus(Duration.ofDays(8)));
        muchLater.prune();
        assertThat(muchLater.list()).isEmpty();
        assertThat(directory()).isEmptyDirectory();
    }

    @Test
    void startsWithoutNoAccountThatIsDamaged() throws IOException {
        machines(NOW).joined(token(ID), leaf(), "192.0.2.1");
        Files.writeString(directory().resolve(ID + ".json"), "{}");

        assertThatThrownBy(() -> machines(NOW))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("lacks");
    }

    @Test
    void handsOutNothingThatIsNotWrittenDown() throws IOException {
        Path file = Files.writeString(parent.resolve("file"), "");
        Machines machines = new Machines(file.resolve("machines"), at(NOW));

        assertThatThrownBy(() -> machines.joined(token(ID), leaf(), "192.0.2.1"))
                .isInstanceOf(UncheckedIOException.class);
        assertThat(machines.list()).isEmpty();
    }

    @Test
    void isForNobodyElseToRead() throws IOException {
        machines(NOW).joined(token(ID), leaf(), "192.0.2.1");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory())))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(directory().resolve(ID + ".json"))))
                .isEqualTo("rw-------");
    }

    @Test
    void namesTheCertificatesOfRevokedMachinesUntilTheyHaveEnded() throws IOException {
        X509Certificate first = leaf();
        X509Certificate second = leaf();
        X509Certificate others = leaf();
        Machines machines = machines(NOW);
        machines.joined(token(ID), first, "192.0.2.1");
        machines.renewed(first, second, "192.0.2.1");
        machines.joined(token("ba9876543210"), others, "192.0.2.2");
        assertThat(machines.revokedCertificates()).isEmpty();

        machines.revoke(ID);
        assertThat(machines.revokedCertificates())
                .containsExactlyInAnyOrder(SerialNumber.of(first), SerialNumber.of(second));
        Instant end = second.getNotAfter().toInstant();
        assertThat(machines(end).revokedCertificates()).hasSize(2);
        assertThat(machines(end.plus(Machines.FORGET_CERTIFICATE)).revokedCertificates())
                .isEmpty();
    }
}
