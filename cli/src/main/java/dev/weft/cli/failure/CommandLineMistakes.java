package dev.weft.cli.failure;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Describes the mistakes in a command line, in words of the command and not of the library that parses it. */
final class CommandLineMistakes {

    private static final Pattern INVALID =
            Pattern.compile("Invalid value for (?:option|positional parameter) [^:]*: (.*)", Pattern.DOTALL);
    private static final Pattern EXCLUSIVE =
            Pattern.compile("(?:Error: )?(.*) are mutually exclusive \\(specify only one\\)", Pattern.DOTALL);
    /** Named the mesh in earlier versions. */
    private static final String FORMER_MESH_OPTION = "-n";

    private CommandLineMistakes() {}

    /** Describes the mistake in one clause, without a full stop. */
    static String of(ParameterException e) {
        return switch (e) {
            case UnmatchedArgumentException unmatched
            when !unmatched.getUnmatched().isEmpty() ->
                unmatched(unmatched.getUnmatched().getFirst(), e.getCommandLine());
            case MissingParameterException missing
            when !missing.getMissing().isEmpty() -> missing(missing.getMissing());
            case OverwrittenOptionException twice -> name(twice.getOverwritten()) + " is given twice";
            case ParameterException other -> other(other);
        };
    }

    /** Returns advice for a word that is not known; empty if there is none. */
    static String advice(String given) {
        return given.startsWith(FORMER_MESH_OPTION)
                ? "--mesh MESH names the mesh; -n names the namespace, in commands about workloads"
                : "";
    }

    private static String unmatched(String given, CommandLine commandLine) {
        String command = "'" + commandLine.getCommandSpec().qualifiedName() + "'";
        if (given.startsWith("-")) {
            return command + " has no option " + given;
        }
        return commandLine.getSubcommands().isEmpty()
                ? "'" + given + "' is one argument too many for " + command
                : command + " has no command '" + given + "'";
    }

    private static String missing(List<ArgSpec> missing) {
        if (missing.getFirst() instanceof OptionSpec option && !option.required()) {
            return name(option) + " needs a value: " + option.paramLabel();
        }
        return String.join(
                        " and ", missing.stream().map(CommandLineMistakes::name).toList())
                + (missing.size() == 1 ? " is missing" : " are missing");
    }

    private static String other(ParameterException e) {
        String message = e.getMessage() == null
                ? "the command line is wrong"
                : e.getMessage().lines().findFirst().orElse("");
        Matcher invalid = INVALID.matcher(message);
        if (invalid.matches()) {
            String reason = invalid.group(1).replace("is not an int", "is not a whole number");
            return e.getArgSpec() == null ? reason : name(e.getArgSpec()) + ": " + reason;
        }
        Matcher exclusive = EXCLUSIVE.matcher(message);
        if (exclusive.matches()) {
            return exclusive.group(1).replaceAll("=<[^>]*>", "").replace(", ", " and ") + " cannot be used together";
        }
        return message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
    }

    private static String name(ArgSpec spec) {
        return spec instanceof OptionSpec option ? option.longestName() : spec.paramLabel();
    }
}
