package dev.weft.cli.command.trust;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.TerminalPrompt;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** {@code --yes}: asks before a command takes something away, unless the answer is on the command line. */
final class Confirmation {

    private final Function<String, Optional<String>> person;

    @Option(
            names = {"-y", "--yes"},
            description = "do it without asking")
    private boolean yes;

    Confirmation() {
        this(TerminalPrompt::ask);
    }

    /** @param person answers a question; returns empty if there is no terminal */
    Confirmation(Function<String, Optional<String>> person) {
        this.person = person;
    }

    /**
     * Returns if the answer is yes.
     *
     * @throws CommandFailure if the answer is not yes, or there is no terminal (WEFT-T012)
     */
    void require(Screen screen, String... consequences) {
        if (yes) {
            return;
        }
        for (String line : consequences) {
            screen.note(line);
        }
        String answer;
        try {
            answer = person.apply("Go on? [y/N]")
                    .orElseThrow(() -> CommandFailure.misuse(
                            "WEFT-T012", "there is no terminal to ask for confirmation", "confirm with --yes"));
        } catch (UncheckedIOException e) {
            throw CommandFailure.misuse("WEFT-T012", String.valueOf(e.getMessage()), "confirm with --yes");
        }
        if (!answer.strip().toLowerCase(Locale.ROOT).matches("y|yes")) {
            throw CommandFailure.failed("WEFT-T012", "nothing was done, because it was not confirmed");
        }
    }
}
