package dev.weft.cli.command;

import dev.weft.cli.observe.ObservationClient;
import java.time.Duration;
import picocli.CommandLine.Option;

/** {@code --window}: the time over which rates are computed. */
final class WindowOption {

    @Option(
            names = "--window",
            paramLabel = "TIME",
            defaultValue = "1m",
            converter = DurationConverter.class,
            description = "the time over which rates are computed, from 5s to 5m. Default: ${DEFAULT-VALUE}.")
    private Duration window = Duration.ofMinutes(1);

    /** Returns the window; fails as {@link ObservationClient#checked}. */
    Duration window() {
        return ObservationClient.checked(window);
    }
}
