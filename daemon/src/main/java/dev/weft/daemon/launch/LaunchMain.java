package dev.weft.daemon.launch;

import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/**
 * Starts a program of the container image, where {@code /usr/bin/weft-proxy} and its like are files of one line:
 * {@code #!/opt/weft/runtime/bin/java @/opt/weft/proxy.args}. The kernel starts Java with the file of arguments, then the path
 * of that file, then what the caller said. The file of arguments ends with this class and the program's; the path is not for
 * the program, and is left out here.
 */
public final class LaunchMain {
    private static final int OWN_ARGUMENTS = 2;

    private LaunchMain() {}

    /**
     * Arguments: the program's main class, the path that it was called by, and the program's arguments.
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
