package dev.weft.cli.command;

import dev.weft.cli.observe.Observing;
import java.time.Duration;
import picocli.CommandLine.Option;

/** {@code --window}: over how long a time rates are told. */
final class WindowOption {

    @Option(
            names = "--window",
            paramLabel = "TIME",
            defaultValue = "1m",
            converter = Times.class,
            description = "over how long a time rates are, from 5s to 5m. Default: ${DEFAULT-VALUE}.")
    private Duration window = Duration.ofMinutes(1);

    /** The length of time, if it is one that can be asked for. */
    Duration window() {
        return Observing.checked(window);
    }
}
