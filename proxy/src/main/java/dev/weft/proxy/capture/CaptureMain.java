package dev.weft.proxy.capture;

import dev.weft.daemon.settings.InvalidSettingsException;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Loads the capture rules into the network namespace that it runs in, and ends. It is the first container of a pod. It
 * has the capability that loading rules takes, so that the sidecar needs none.
 */
public final class CaptureMain {
    private static final String PRINT = "--print";
    private static final int FAILED = 1;
    private static final int USAGE_ERROR = 2;

    private CaptureMain() {}

    /** Loads the rules. Exit status: 0 once they are in force, 1 when they cannot be loaded, 2 for wrong flags. */
    public static void main(String[] arguments) throws InterruptedException {
        int status = run(List.of(arguments), System.getenv(), System.out, System.err);
        if (status != 0) {
            System.exit(status);
        }
    }

    static int run(List<String> arguments, Map<String, String> environment, PrintStream out, PrintStream err)
            throws InterruptedException {
        if (arguments.contains("--help")) {
            out.print(CaptureRequest.usage());
            return 0;
        }
        List<String> flags = new ArrayList<>(arguments);
        boolean print = flags.remove(PRINT);
        try {
            CaptureRequest request = CaptureRequest.parse(flags, environment);
            if (print) {
                out.print(CaptureRules.install(request.settings()));
            } else {
                new Nft(request.nft()).load(request.settings());
                out.println("weft-init: the rules are in force, in the table " + CaptureRules.TABLE);
            }
            return 0;
        } catch (InvalidSettingsException e) {
            err.println("weft-init: " + e.getMessage());
            return USAGE_ERROR;
        } catch (IOException e) {
            err.println("weft-init: " + e.getMessage());
            return FAILED;
        }
    }
}
