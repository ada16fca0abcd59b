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

/** The options of both rotation commands. */
final class RotateOptions {

    @Option(
            names = "--emergency",
            description =
                    "the present keys are compromised: they are tainted, every sidecar renews at once, then they are revoked")
    private boolean emergency;

    @Option(
            names = "--force-without",
            paramLabel = "WORKLOAD",
            description = "do not wait for this sidecar; may be given more than once")
    private List<String> forceWithout = new ArrayList<>();

    @Option(names = "--roll-back", description = "roll back the running rotation")
    private boolean rollBack;

    @Option(names = "--resume", description = "follow the running rotation, and start none")
    private boolean resume;

    @Option(names = "--status", description = "show the running or the last rotation, and return")
    private boolean status;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "stop waiting after this time; the rotation goes on. Default: wait until it ends.")
    private @Nullable Duration timeout;

    @Mixin
    private MeshOrClusterOption mesh = new MeshOrClusterOption();

    @Mixin
    private OutputOption output = new OutputOption();

    @Mixin
    private Confirmation confirmation;

    RotateOptions(Confirmation confirmation) {
        this.confirmation = confirmation;
    }

    /** @throws CommandFailure if the options do not go together (WEFT-L100) */
    void check() {
        long what = Stream.of(rollBack, resume, status).filter(given -> given).count();
        boolean begins = what == 0;
        if (what > 1 || (emergency && !begins) || (status && !forceWithout.isEmpty())) {
            throw CommandFailure.usage(
                    "--status, --resume and --roll-back cannot be combined (expected: one of them, without --emergency)",
                    "see --help");
        }
        if (timeout != null && !timeout.isPositive()) {
            throw CommandFailure.usage("--timeout: 0s (expected: more than 0s)", "see --help");
        }
    }

    boolean emergency() {
        return emergency;
    }

    List<String> forceWithout() {
        return List.copyOf(forceWithout);
    }

    boolean rollBack() {
        return rollBack;
    }

    boolean resume() {
        return resume;
    }

    boolean status() {
        return status;
    }

    @Nullable
    Duration timeout() {
        return timeout;
    }

    MeshOrClusterOption mesh() {
        return mesh;
    }

    OutputOption output() {
        return output;
    }

    Confirmation confirmation() {
        return confirmation;
    }
}
