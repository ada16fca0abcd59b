package dev.weft.cli.command;

import dev.weft.api.v1.ListMachinesResponse;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.mesh.MachineStatus;
import dev.weft.cli.mesh.MeshRef;
import dev.weft.cli.mesh.Operator;
import dev.weft.cli.mesh.RevokedLeaves;
import dev.weft.cli.screen.Human;
import dev.weft.cli.screen.Listing;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Style;
import dev.weft.cli.screen.Table.Cell;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The machines that joined, shown besides the workloads of a mesh.
 *
 * @param known the machines of the requested namespace
 * @param unknown why they are not known; null if they are
 */
record JoinedMachines(List<MachineStatus> known, @Nullable String unknown) {

    static final JoinedMachines NONE = new JoinedMachines(List.of(), null);

    JoinedMachines {
        known = List.copyOf(known);
    }

    /** Asks the control plane, for {@link Operator#PATIENCE} at most. */
    static JoinedMachines of(Operator operator, RevokedLeaves revoked, NamespaceOption namespace) {
        try {
            ListMachinesResponse listed = operator.machines(Operator.PATIENCE);
            Instant now = Instant.ofEpochSecond(listed.getNow());
            return new JoinedMachines(
                    listed.getMachinesList().stream()
                            .map(machine -> MachineStatus.of(machine, now, revoked))
                            .filter(machine -> namespace.hasIdentity(machine.identity()))
                            .toList(),
                    null);
        } catch (CommandFailure failure) {
            return new JoinedMachines(List.of(), failure.what() + " (" + failure.code() + ")");
        }
    }

    /** Prints the machines in a table below earlier output; prints nothing if there are none. */
    void print(Screen screen, MeshRef mesh, Instant now) {
        if (unknown != null) {
            screen.line("");
            screen.text(screen.paint(Style.WARNING, "! ") + "it is not known which machines joined: " + unknown);
        }
        if (known.isEmpty()) {
            return;
        }
        screen.line("");
        screen.table(Listing.of(known)
                .column("MACHINE", machine -> Cell.name(machine.name()))
                .column("SIDECAR", machine -> presence(machine, now))
                .column("CERT ENDS", machine -> Human.relative(machine.certificateEnds(), now))
                .shrinkable("ADDRESSES", 1, JoinedMachines::addresses)
                .shrinkable("IDENTITY", 2, MachineStatus::identity)
                .table());
        known.stream()
                .filter(machine -> machine.state().equals(MachineStatus.REVOKED))
                .forEach(machine -> revoked(screen, machine, mesh, now));
    }

    private static String addresses(MachineStatus machine) {
        return machine.addresses().isEmpty() ? machine.address() : String.join(",", machine.addresses());
    }

    private static void revoked(Screen screen, MachineStatus machine, MeshRef mesh, Instant now) {
        String how = machine.revokedBy() == null ? "" : " by " + machine.revokedBy();
        String when = machine.revoked() == null ? "" : " " + Human.relative(machine.revoked(), now);
        screen.text(machine.name() + ": this machine was revoked" + how + when
                + ": no workload accepts its connections any more");
        if (machine.workload() != null) {
            screen.text("  to come back, it needs a new join file: weft token create --workload " + machine.workload()
                    + " --out join.yaml" + mesh.option());
        }
    }

    /** Returns the status of a machine's sidecar, in a word or two. */
    static Cell presence(MachineStatus machine, Instant now) {
        if (machine.state().equals(MachineStatus.REVOKED)) {
            return new Cell("revoked", Style.BAD);
        }
        if (machine.state().equals("ended")) {
            return new Cell("ended", Style.BAD);
        }
        String since = machine.since() == null ? "" : " " + Human.relative(machine.since(), now);
        return machine.connected()
                ? new Cell("joined" + since, Style.GOOD)
                : new Cell(since.isEmpty() ? "away" : "left" + since, Style.WARNING);
    }
}
