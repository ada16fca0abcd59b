package dev.weft.cli.check;

import dev.weft.api.v1.Machine;
import dev.weft.cli.screen.Human;
import java.util.List;

/**
 * Checks the machines that joined from outside. The control plane knows which certificates each was issued, and when.
 */
final class MachineChecks {

    private MachineChecks() {}

    static Verdict machines(Observation seen) {
        return MeshChecks.known(seen, seen.machines(), machines -> {
            List<Machine> members = machines.getMachinesList().stream()
                    .filter(machine -> machine.getRevoked() == 0)
                    .toList();
            Findings findings = new Findings();
            members.forEach(machine -> judge(findings, machine, seen));
            return findings.verdict(
                    members.isEmpty()
                            ? "no machine has joined from outside"
                            : Human.count(members.size(), "machine") + " from outside renew",
                    "machines from outside do not renew",
                    "'weft proxy join' on the machine shows why; for a machine that is gone for good: 'weft machine"
                            + " revoke'");
        });
    }

    private static void judge(Findings findings, Machine machine, Observation seen) {
        Lifetime life = Lifetime.ofSeconds(machine.getRenewed(), machine.getCertificateEnds());
        String name = machine.getToken().getId() + " (" + machine.getToken().getIdentity() + ", " + machine.getAddress()
                + ")";
        if (life.ended(seen.now())) {
            findings.warning(
                    name + ": its certificate " + life.text(seen.now()) + "; to come back, it needs a new token");
        } else if (life.lessLeft(WorkloadChecks.LEAF_WARNING, seen.now())) {
            findings.warning(
                    name + ": its certificate " + life.text(seen.now()) + ", and should have been renewed at half");
        }
    }
}
