package dev.weft.cli.command;

import dev.weft.api.v1.RevokeMachineRequest;
import dev.weft.api.v1.RevokeMachineResponse;
import dev.weft.cli.mesh.MachineStatus;
import dev.weft.cli.mesh.RevokedLeaves;
import java.io.IOException;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "revoke",
        description = "Shut a machine out: it gets no more certificates.",
        footer = {
            "  weft machine revoke 3f2a91c07d5e",
            "",
            "Other machines of the same service account are not affected. To come back, it needs a new token.",
        })
public final class MachineRevokeCommand extends SessionCommand {

    @Parameters(paramLabel = "ID", description = "ID of the machine, as 'weft machine list' shows it.")
    private String id = "";

    @Mixin
    private JoinOperatorOption operator = new JoinOperatorOption();

    @Mixin
    private OutputOption output = new OutputOption();

    MachineRevokeCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() throws IOException {
        RevokeMachineResponse response = operator.call(
                session,
                service -> service.revokeMachine(
                        RevokeMachineRequest.newBuilder().setId(id).build()));
        Instant now = session.clock().instant();
        MachineStatus machine = MachineStatus.of(response.getMachine(), now, RevokedLeaves.NONE);
        output.print(
                session.screen(),
                machine,
                () -> session.screen()
                        .line("machine " + machine.id() + " (" + machine.identity()
                                + ") is revoked; its certificate ends at " + machine.certificateEnds()));
        if (!response.getRemark().isEmpty()) {
            session.screen().note(response.getRemark());
        }
        return 0;
    }
}
