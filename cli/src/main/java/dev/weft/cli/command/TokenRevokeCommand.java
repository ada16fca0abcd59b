package dev.weft.cli.command;

import dev.weft.api.v1.RevokeTokenRequest;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "revoke",
        description = "Revoke a token that has not been used yet.",
        footer = {
            "  weft token revoke 3f2a91c07d5e",
            "",
            "To shut out a machine that has joined already: 'weft machine revoke'.",
        })
public final class TokenRevokeCommand extends SessionCommand {

    @Parameters(paramLabel = "ID", description = "ID of the token, as 'weft token list' shows it.")
    private String id = "";

    @Mixin
    private JoinOperatorOption operator = new JoinOperatorOption();

    @Mixin
    private OutputOption output = new OutputOption();

    TokenRevokeCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() throws IOException {
        var response = operator.call(
                session,
                service -> service.revokeToken(
                        RevokeTokenRequest.newBuilder().setId(id).build()));
        TokenDocument token =
                TokenDocument.of(response.getToken(), session.clock().instant());
        output.print(
                session.screen(),
                token,
                () -> session.screen().line("token " + token.id() + " for " + token.subject() + " is revoked"));
        if (!response.getRemark().isEmpty()) {
            session.screen().note(response.getRemark());
        }
        return 0;
    }
}
