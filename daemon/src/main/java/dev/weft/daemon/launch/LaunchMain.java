package dev.weft.daemon.launch;

import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/**
 * Starts a program of the container image. There, {@code /usr/bin/weft-proxy} and similar files have one line: {@code
 * #!/opt/weft/runtime/bin/java @/opt/weft/proxy.args}. The kernel starts Java with the argument file, then the path of
 * the script, then the caller's arguments. The argument file ends with the names of this class and of the program's
 * main class. The script's path is not for the program and is removed here.
 */
public final class LaunchMain {
    private static final int OWN_ARGUMENTS = 2;

    private LaunchMain() {}

    /**
     * Runs the program. The arguments are the program's main class, the path of the script, and the program's
     * arguments.
     *
     * @throws Exception what the program throws
     */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length < OWN_ARGUMENTS) {
            throw new IllegalArgumentException(
                    "arguments: %d (expected: a main class, a path, and those of the program)"
                            .formatted(arguments.length));
        }
        String[] rest = Arrays.copyOfRange(arguments, OWN_ARGUMENTS, arguments.length);
        try {
            Class.forName(arguments[0]).getMethod("main", String[].class).invoke(null, (Object) rest);
        } catch (InvocationTargetException e) {
            switch (e.getCause()) {
                case Exception failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> throw e;
            }
        }
    }
}
