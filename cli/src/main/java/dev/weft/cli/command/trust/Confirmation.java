package dev.weft.cli.command.trust;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.TerminalPrompt;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** {@code --yes}: what takes something away is done after a question, or at once where it was answered on the command line. */
final class Confirmation {

    private final Function<String, Optional<String>> person;

    @Option(
            names = {"-y", "--yes"},
            description = "do it without asking")
    private boolean yes;

    Confirmation() {
        this(TerminalPrompt::ask);
    }

    /** @param person answers a question; empty where no person is there */
    Confirmation(Function<String, Optional<String>> person) {
        this.person = person;
    }

    /**
     * Goes on if the answer is yes.
     *
     * @param consequences what will be
     * @throws CommandFailure if the answer is another, or there is no one to ask (WEFT-T012)
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
                    .orElseThrow(() -> new CommandFailure(
                            ExitCode.USAGE,
                            "WEFT-T012",
                            "there is no terminal to ask whether this is meant",
                            "say it with --yes"));
        } catch (UncheckedIOException e) {
            throw new CommandFailure(ExitCode.USAGE, "WEFT-T012", String.valueOf(e.getMessage()), "say it with --yes");
        }
        if (!answer.strip().toLowerCase(Locale.ROOT).matches("y|yes")) {
            throw new CommandFailure(ExitCode.FAILED, "WEFT-T012", "nothing was done, as it was not confirmed");
        }
    }
}
