package dev.weft.cli.command;

import dev.weft.api.v1.ListTokensResponse;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.mesh.JoinLists;
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
        description =
                "List the tokens: for whom, valid until when, used when and from which address; never a token itself.",
        footer = {
            "  weft token list",
            "  weft token list -w              # again as it changes",
            "  weft token list -o json | jq '.[] | select(.state == \"open\")'"
        })
public final class TokenListCommand extends ListCommand {

    @Mixin
    private JoinOperatorOption operator = new JoinOperatorOption();

    TokenListCommand(Session session) {
        super(session);
    }

    @Override
    protected int once(Session session) throws IOException {
        ListTokensResponse response = operator.call(session, JoinLists::tokens);
        Instant now = Instant.ofEpochSecond(response.getNow());
        List<TokenDocument> tokens = response.getTokensList().stream()
                .map(token -> TokenDocument.of(token, now))
                .toList();
        print(session, tokens, TokenDocument::id, () -> print(session.screen(), tokens, wide(), now));
        return ExitCode.OK;
    }

    static void print(Screen screen, List<TokenDocument> tokens, boolean wide, Instant now) {
        if (tokens.isEmpty()) {
            screen.line("no tokens; 'weft token create' makes one");
            return;
        }
        Listing<TokenDocument> listing = Listing.of(tokens)
                .column("TOKEN", token -> Cell.name(token.id()))
                .column("FOR", TokenDocument::subject)
                .column("STATE", token -> new Cell(token.state(), token.admits() ? Style.GOOD : Style.FAINT))
                .column("CREATED", 2, token -> Human.relative(token.created(), now))
                .column("ENDS", token -> token.admits() ? Human.relative(token.ends(), now) : "-")
                .column("USED", 4, token -> token.used() == null ? "-" : Human.relative(token.used(), now))
                .column("BY", 3, token -> token.usedFrom() == null ? "-" : token.usedFrom());
        if (wide) {
            listing.shrinkable("IDENTITY", 1, TokenDocument::identity);
        }
        screen.table(listing.table());
    }
}
