package dev.weft.cli.command;

import dev.weft.api.v1.ListMachinesResponse;
import dev.weft.cli.mesh.JoinLists;
import dev.weft.cli.mesh.MachineStatus;
import dev.weft.cli.mesh.RevokedLeaves;
import dev.weft.cli.screen.Human;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Style;
import dev.weft.cli.screen.Table;
import dev.weft.cli.screen.Table.Cell;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code weft machine list}: lists the machines that joined from outside. */
@Command(
        name = "list",
        description = "List the machines that joined with a token: identity, certificate, and state of the sidecar.",
        footer = "  weft machine list")
public final class MachineListCommand extends SessionCommand {

    @Mixin
    private MeshOrClusterOption meshOption = new MeshOrClusterOption();

    @Mixin
    private OutputOption output = new OutputOption();

    MachineListCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() throws IOException {
        ListMachinesResponse response = JoinOperatorCalls.call(meshOption.mesh(session), JoinLists::machines);
        Instant now = Instant.ofEpochSecond(response.getNow());
        List<MachineStatus> machines = response.getMachinesList().stream()
                .map(machine -> MachineStatus.of(machine, now, RevokedLeaves.NONE))
                .toList();
        output.print(session.screen(), machines, () -> print(session.screen(), machines, now));
        return 0;
    }

    static void print(Screen screen, List<MachineStatus> machines, Instant now) {
        if (machines.isEmpty()) {
            screen.line("no machine has joined; 'weft token create' lets one");
            return;
        }
        Table table = new Table()
                .column("MACHINE", "WORKLOAD", "STATE", "SIDECAR", "ADDRESS")
                .column("JOINED", 4)
                .column("LAST CERT", 3)
                .column("CERT ENDS")
                .numbers("RENEWALS", 2)
                .shrinkable("IDENTITY", 1);
        for (MachineStatus machine : machines) {
            table.row(
                    new Cell(machine.id(), Style.NAME),
                    machine.workload() == null ? "-" : machine.workload(),
                    new Cell(machine.state(), machine.state().equals("renewing") ? Style.GOOD : Style.BAD),
                    JoinedMachines.presence(machine, now),
                    machine.address(),
                    Human.relative(machine.joined(), now),
                    Human.relative(machine.renewed(), now),
                    Human.relative(machine.certificateEnds(), now),
                    Long.toString(machine.renewals()),
                    machine.identity());
        }
        screen.table(table);
    }
}
