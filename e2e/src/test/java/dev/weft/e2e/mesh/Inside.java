package dev.weft.e2e.mesh;

/** The workload {@code shop/inside}, whose own program runs what it is told: as the workload, and not as who tests it. */
public final class Inside {

    /** Its command. */
    public static final String COMMAND =
            "[socat, \"TCP-LISTEN:9999,fork,reuseaddr,bind=127.0.0.1\", \"EXEC:sh,stderr\"]";

    /** What says that it takes commands. */
    public static final String READY = "ports: [{name: shell, port: 9999}]";

    /** A script that has its first argument run. */
    public static final String CALL = "printf '%s\\n' \"$1\" | socat -t 20 - TCP:127.0.0.1:9999";

    private Inside() {}

    /** What comes of a command, its errors too. */
    public static String run(Mesh mesh, String command) throws Exception {
        return mesh.exec("shop/inside", "sh", "-c", CALL, "-", command).ok().out();
    }
}
