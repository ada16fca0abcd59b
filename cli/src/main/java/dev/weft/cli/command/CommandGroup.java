package dev.weft.cli.command;

import dev.weft.cli.failure.ExitCode;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that only has subcommands: without one of them it lists them. */
public abstract class CommandGroup implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    private CommandSpec spec;

    private final List<Object> subcommands;

    protected CommandGroup(Object... subcommands) {
        this.subcommands = List.of(subcommands);
    }

    /** Returns the command line of this group with its subcommands; each call makes a new one. */
    public final CommandLine commandLine() {
        CommandLine group = new CommandLine(this);
        subcommands.forEach(group::addSubcommand);
        return group;
    }

    @Override
    public final Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCode.USAGE;
    }
}
