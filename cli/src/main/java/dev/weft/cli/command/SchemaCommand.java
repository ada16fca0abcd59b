package dev.weft.cli.command;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.screen.Format;
import dev.weft.cli.screen.Screen;
import dev.weft.daemon.text.Guess;
import dev.weft.mesh.kind.Kind;
import dev.weft.mesh.kind.Kinds;
import dev.weft.mesh.kind.Schemas;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "schema",
        description = "Show the fields of a kind of object, or print a JSON Schema for editors.",
        footer = {
            "  weft schema                                        # the kinds",
            "  weft schema AuthorizationPolicy",
            "  weft schema ratelimits -o json                     # JSON Schema of one kind",
            "  weft schema -o json > weft.schema.json             # of mesh files, with objects of all kinds",
            "",
            "An editor uses it for a file that begins with",
            "  # yaml-language-server: $schema=weft.schema.json"
        })
public final class SchemaCommand implements Callable<Integer> {

    /** The candidates for completion. */
    static final class Names extends ArrayList<String> {
        Names() {
            super(Kinds.WRITTEN.stream().map(Kind::kindName).toList());
        }
    }

    private final Screen screen;

    @Parameters(
            paramLabel = "KIND",
            arity = "0..1",
            completionCandidates = Names.class,
            description = "the kind: its name, its plural or, for Weft's own kinds, the short name of kubectl")
    private @Nullable String kind;

    @Mixin
    private OutputOption output = new OutputOption();

    public SchemaCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        String wanted = kind;
        List<Kind> kinds = wanted == null ? Kinds.WRITTEN : List.of(known(wanted));
        if (output.format() == Format.TABLE && wanted == null) {
            KindText.summary(kinds).forEach(screen::line);
        } else {
            output.print(
                    screen,
                    Schemas.json(kinds),
                    () -> KindText.of(kinds.getFirst()).forEach(screen::line));
        }
        return ExitCode.OK;
    }

    private static Kind known(String wanted) {
        return Kinds.WRITTEN.stream()
                .filter(kind -> kind.isCalled(wanted))
                .findFirst()
                .orElseThrow(() -> {
                    List<String> words =
                            Kinds.WRITTEN.stream().map(Kind::kindName).toList();
                    String meant = Guess.near(wanted, words).stream()
                            .findFirst()
                            .map(word -> "; did you mean " + word + "?")
                            .orElse("");
                    return CommandFailure.misuse(
                            "WEFT-L340",
                            "there is no kind '" + wanted + "'" + meant,
                            "expected: " + String.join(", ", words));
                });
    }
}
