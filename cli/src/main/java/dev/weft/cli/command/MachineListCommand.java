package dev.weft.cli.command;

import dev.weft.api.v1.ListMachinesResponse;
import dev.weft.cli.failure.ExitCode;
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
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code weft machine list}: lists the machines that joined from outside. */
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
        Table table = new Table()
                .column("MACHINE", "WORKLOAD", "STATE", "SIDECAR", "ADDRESS")
                .column("JOINED", 4)
                .column("LAST CERT", 3)
                .column("CERT ENDS")
                .numbers("RENEWALS", 2)
                .shrinkable("IDENTITY", 1);
        if (wide) {
            table.column("JOINED FROM", 5).column("SERIAL", 6);
        }
        for (MachineStatus machine : machines) {
            List<Object> row = new ArrayList<>(List.of(
                    new Cell(machine.id(), Style.NAME),
                    machine.workload() == null ? "-" : machine.workload(),
                    new Cell(machine.state(), machine.state().equals("renewing") ? Style.GOOD : Style.BAD),
                    JoinedMachines.presence(machine, now),
                    machine.address(),
                    Human.relative(machine.joined(), now),
                    Human.relative(machine.renewed(), now),
                    Human.relative(machine.certificateEnds(), now),
                    Long.toString(machine.renewals()),
                    machine.identity()));
            if (wide) {
                row.addAll(List.of(machine.joinedFrom(), machine.serialNumber()));
            }
            table.row(row.toArray());
        }
        screen.table(table);
    }
}
