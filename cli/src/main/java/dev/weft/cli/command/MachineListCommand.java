package dev.weft.cli.command;

import dev.weft.api.v1.ListMachinesRequest;
import dev.weft.api.v1.ListMachinesResponse;
import dev.weft.api.v1.Machine;
import dev.weft.cli.screen.Human;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Style;
import dev.weft.cli.screen.Table;
import dev.weft.cli.screen.Table.Cell;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code weft machine list}: what joined from outside. */
@Command(
        name = "list",
        description = "List the machines that joined by a token: who they are, and how their certificates stand.",
        footerHeading = "%nExamples:%n",
        footer = "  weft machine list")
public final class MachineListCommand implements Callable<Integer> {

    private final Session session;

    @Mixin
    private MeshOption meshOption = new MeshOption();

    @Mixin
    private OutputOption output = new OutputOption();

    MachineListCommand(Session session) {
        this.session = session;
    }

    /**
     * A machine as a document.
     *
     * @param id of the token by which it joined
     * @param state {@code renewing}, {@code ended} or {@code revoked}
     * @param serialNumber of its last certificate, hexadecimal
     */
    record Document(
            String id,
            String identity,
            @Nullable String workload,
            String state,
            Instant joined,
            String joinedFrom,
            Instant renewed,
            String address,
            long renewals,
            String serialNumber,
            Instant certificateEnds,
            @Nullable Instant revoked) {

        static Document of(Machine machine, Instant now) {
            Instant ends = Instant.ofEpochSecond(machine.getCertificateEnds());
            boolean revoked = machine.getRevoked() != 0;
            return new Document(
                    machine.getToken().getId(),
                    machine.getToken().getIdentity(),
                    machine.getToken().getWorkload().isEmpty()
                            ? null
                            : machine.getToken().getWorkload(),
                    revoked ? "revoked" : ends.isAfter(now) ? "renewing" : "ended",
                    Instant.ofEpochSecond(machine.getToken().getUse().getAt()),
                    machine.getToken().getUse().getAddress(),
                    Instant.ofEpochSecond(machine.getRenewed()),
                    machine.getAddress(),
                    machine.getRenewals(),
                    machine.getSerialNumber(),
                    ends,
                    revoked ? Instant.ofEpochSecond(machine.getRevoked()) : null);
        }
    }

    @Override
    public Integer call() throws IOException {
        ListMachinesResponse response = JoinCalls.call(
                meshOption.mesh(session), operator -> operator.listMachines(ListMachinesRequest.getDefaultInstance()));
        Instant now = Instant.ofEpochSecond(response.getNow());
        List<Document> machines = response.getMachinesList().stream()
                .map(machine -> Document.of(machine, now))
                .toList();
        output.format().print(session.screen(), machines, () -> print(session.screen(), machines, now));
        return 0;
    }

    static void print(Screen screen, List<Document> machines, Instant now) {
        if (machines.isEmpty()) {
            screen.line("no machine has joined; 'weft token create' lets one");
            return;
        }
        Table table = new Table()
                .column("MACHINE")
                .column("WORKLOAD")
                .column("STATE")
                .column("ADDRESS")
                .column("JOINED")
                .leftOut(4)
                .column("LAST CERT")
                .leftOut(3)
                .column("CERT ENDS")
                .numbers("RENEWALS")
                .leftOut(2)
                .givingWay("IDENTITY")
                .leftOut(1);
        for (Document machine : machines) {
            table.row(
                    new Cell(machine.id(), Style.NAME),
                    machine.workload() == null ? "-" : machine.workload(),
                    new Cell(machine.state(), machine.state().equals("renewing") ? Style.GOOD : Style.BAD),
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
