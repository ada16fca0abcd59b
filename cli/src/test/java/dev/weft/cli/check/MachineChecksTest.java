package dev.weft.cli.check;

import static dev.weft.cli.check.Seen.DAY;
import static dev.weft.cli.check.Seen.before;
import static dev.weft.cli.check.Verdicts.assertOk;
import static dev.weft.cli.check.Verdicts.assertWarning;

import dev.weft.api.v1.JoinToken;
import dev.weft.api.v1.Machine;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Machines that have joined from outside. */
final class MachineChecksTest {

    @Test
    void machines() {
        assertOk(Seen.well().check("machines"), "no machine has joined");
        assertOk(machine(Duration.ofHours(12)).check("machines"), "1 machine from outside renew");
        assertWarning(
                machine(Duration.ofHours(20)).check("machines"), "5d41 (spiffe://cluster.local/ns/a/sa/b, 10.0.0.9)");
        assertWarning(machine(Duration.ofHours(20)).check("machines"), "should have been renewed at half");
        assertWarning(machine(Duration.ofHours(30)).check("machines"), "to come back, it needs a new token");
        assertOk(
                Seen.well()
                        .machines(all ->
                                all.addMachines(machineOf(Duration.ofHours(30)).setRevoked(1)))
                        .check("machines"),
                "no machine has joined");
    }

    /** One whose certificate of a day is so old. */
    private static Seen machine(Duration age) {
        return Seen.well().machines(all -> all.addMachines(machineOf(age)));
    }

    private static Machine.Builder machineOf(Duration age) {
        return Machine.newBuilder()
                .setToken(JoinToken.newBuilder().setId("5d41").setIdentity("spiffe://cluster.local/ns/a/sa/b"))
                .setAddress("10.0.0.9")
                .setRenewed(before(age))
                .setCertificateEnds(before(age.minus(DAY)));
    }
}
