package dev.weft.local.launch;

import java.nio.file.Path;
import java.util.List;

/** The JVM flags of the supervisor: a small and quickly starting JVM that writes only into the state directory. */
final class SupervisorJvm {

    private SupervisorJvm() {}

    static List<String> flags(Path temporary) {
        return List.of(
                "-XX:+UseSerialGC",
                "-Xmx128m",
                // The supervisor is idle most of the time: the first compiler is enough, and starts sooner.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseCompactObjectHeaders",
                "-XX:+ExitOnOutOfMemoryError",
                // Otherwise each JVM leaves a file in /tmp when it is killed.
                "-XX:-UsePerfData",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Djava.io.tmpdir=" + temporary);
    }
}
