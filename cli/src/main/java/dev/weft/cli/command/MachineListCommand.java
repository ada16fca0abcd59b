package dev.weft.cli.command;

import dev.weft.api.v1.ListMachinesResponse;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.mesh.JoinLists;
import dev.weft.cli.mesh.MachineStatus;
import dev.weft.cli.mesh.RevokedLeaves;
import dev.weft.cli.screen.Human;
import dev.weft.cli.screen.Listing;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Style;
import dev.weft.cli.screen.Table.Cell;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "list",
        description = "List the machines that joined with a token: identity, certificate, and state of the sidecar.",
        footer = {
            "  weft machine list",
            "  weft machine list -w -o wide    # with serial numbers, again as it changes",
            "  weft machine list --cluster     # machines that joined a cluster"
        })
public final class MachineListCommand extends ListCommand {

    @Mixin
    private JoinOperatorOption operator = new JoinOperatorOption();

    MachineListCommand(Session session) {
        super(session);
    }

    @Override
    protected int once(Session session) throws IOException {
        ListMachinesResponse response = operator.call(session, JoinLists::machines);
        Instant now = Instant.ofEpochSecond(response.getNow());
        List<MachineStatus> machines = response.getMachinesList().stream()
                .map(machine -> MachineStatus.of(machine, now, RevokedLeaves.NONE))
                .toList();
        print(session, machines, MachineStatus::id, () -> print(session.screen(), machines, wide(), now));
        return ExitCode.OK;
    }

    static void print(Screen screen, List<MachineStatus> machines, boolean wide, Instant now) {
        if (machines.isEmpty()) {
            screen.line("no machine has joined; 'weft token create' lets one");
            return;
        }
        Listing<MachineStatus> listing = Listing.of(machines)
                .column("MACHINE", machine -> Cell.name(machine.id()))
                .column("WORKLOAD", machine -> machine.workload() == null ? "-" : machine.workload())
                .column("STATE", machine -> state(machine.state()))
                .column("SIDECAR", machine -> JoinedMachines.presence(machine, now))
                .column("ADDRESS", MachineStatus::address)
                .column("JOINED", 4, machine -> Human.relative(machine.joined(), now))
                .column("LAST CERT", 3, machine -> Human.relative(machine.renewed(), now))
                .column("CERT ENDS", machine -> Human.relative(machine.certificateEnds(), now))
                .numbers("RENEWALS", 2, MachineStatus::renewals)
                .shrinkable("IDENTITY", 1, MachineStatus::identity);
        if (wide) {
            listing.column("JOINED FROM", 5, MachineStatus::joinedFrom)
                    .column("SERIAL", 6, MachineStatus::serialNumber);
        }
        screen.table(listing.table());
    }

    private static Cell state(String state) {
        return new Cell(state, state.equals("renewing") ? Style.GOOD : Style.BAD);
    }
}
