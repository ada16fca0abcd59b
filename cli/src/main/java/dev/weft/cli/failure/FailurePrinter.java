package dev.weft.cli.failure;

import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Style;
import dev.weft.daemon.text.Guess;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Turns an exception that a command threw into lines on the screen and an exit code.
 *
 * @param translation turns an exception of the layers below into a failure
 */
public record FailurePrinter(Screen screen, Function<Exception, CommandFailure> translation)
        implements CommandLine.IExecutionExceptionHandler, CommandLine.IParameterExceptionHandler {

    private static final String UNEXPECTED = "WEFT-L999";

    /** Returns the failure for an exception that was not foreseen; its text is the exception's message. */
    public static CommandFailure unexpected(Exception e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return CommandFailure.failed(
                UNEXPECTED,
                message,
                "this is a bug in weft: please report it, with the stack trace that WEFT_DEBUG=1 prints");
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine commandLine, ParseResult parsed) {
        CommandFailure failure = e instanceof CommandFailure known ? known : translation.apply(e);
        print(failure);
        if (!(e instanceof CommandFailure) && System.getenv("WEFT_DEBUG") != null) {
            e.printStackTrace(screen.err());
        }
        return failure.exitCode();
    }

    @Override
    public int handleParseException(ParameterException e, String[] args) {
        List<String> advice = new ArrayList<>();
        CommandLine commandLine = e.getCommandLine();
        if (e instanceof UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            String given = unmatched.getUnmatched().getFirst();
            String known = CommandLineMistakes.advice(given);
            String guess = Guess.question(Guess.near(given, candidates(commandLine, given)));
            if (!known.isEmpty() || !guess.isEmpty()) {
                advice.add(known.isEmpty() ? guess : known);
            }
        }
        advice.add("see '" + commandLine.getCommandSpec().qualifiedName() + " --help'");
        print(CommandFailure.usage(CommandLineMistakes.of(e), advice.toArray(String[]::new)));
        return ExitCode.USAGE;
    }

    /** Prints a failure. */
    public void print(CommandFailure failure) {
        String head = screen.errTerminal() && screen.colour() ? Style.BAD.paint("weft:", true) : "weft:";
        screen.note(head + " " + failure.what() + " (" + failure.code() + ")");
        failure.advice().forEach(line -> screen.note("  " + line));
    }

    private static List<String> candidates(CommandLine commandLine, String given) {
        List<String> names = new ArrayList<>();
        if (given.startsWith("-")) {
            commandLine.getCommandSpec().options().forEach(option -> names.addAll(List.of(option.names())));
        } else {
            names.addAll(commandLine.getSubcommands().keySet());
        }
        return names;
    }
}
