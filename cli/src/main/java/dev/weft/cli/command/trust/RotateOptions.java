package dev.weft.cli.command.trust;

import dev.weft.cli.command.DurationConverter;
import dev.weft.cli.command.MeshOrClusterOption;
import dev.weft.cli.command.OutputOption;
import dev.weft.cli.failure.CommandFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of both rotation commands; picocli sets them. */
final class RotateOptions {

    @Option(
            names = "--emergency",
            description =
                    "the present keys are compromised: they are tainted, every sidecar renews at once, then they are"
                            + " revoked")
    boolean emergency;

    @Option(
            names = "--force-without",
            paramLabel = "WORKLOAD",
            description = "do not wait for this sidecar; may be given more than once")
    List<String> forceWithout = new ArrayList<>();

    @Option(names = "--roll-back", description = "roll back the running rotation")
    boolean rollBack;

    @Option(names = "--resume", description = "follow the running rotation, and start none")
    boolean resume;

    @Option(names = "--status", description = "show the running or the last rotation, and return")
    boolean status;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "stop waiting after this time; the rotation goes on. Default: wait until it ends.")
    @Nullable
    Duration timeout;

    @Mixin
    MeshOrClusterOption mesh = new MeshOrClusterOption();

    @Mixin
    OutputOption output = new OutputOption();

    @Mixin
    Confirmation confirmation;

    RotateOptions(Confirmation confirmation) {
        this.confirmation = confirmation;
    }

    /** @throws CommandFailure if the options do not go together (WEFT-L100) */
    void check() {
        long what = Stream.of(rollBack, resume, status).filter(given -> given).count();
        boolean begins = what == 0;
        if (what > 1 || (emergency && !begins) || (status && !forceWithout.isEmpty())) {
            throw CommandFailure.usage(
                    "--status, --resume and --roll-back cannot be combined (expected: one of them, without"
                            + " --emergency)",
                    "see --help");
        }
        if (timeout != null && !timeout.isPositive()) {
            throw CommandFailure.usage("--timeout: 0s (expected: more than 0s)", "see --help");
        }
    }
}
