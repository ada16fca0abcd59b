package dev.weft.local.supervisor;

import dev.weft.local.state.MeshState;
import dev.weft.local.state.Network;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The settings of the supervisor.
 *
 * @param file the file that describes the mesh
 * @param name name of the mesh
 * @param state its state directory
 * @param network its address ranges
 * @param leafLifetime lifetime of workloads' certificates
 * @param issuerDirectory directory in which another program keeps the issuer; empty if there is none
 */
public record SupervisorOptions(
        Path file,
        String name,
        MeshState state,
        String trustDomain,
        Network network,
        Duration leafLifetime,
        Optional<Path> issuerDirectory) {

    private static final Set<String> FLAGS =
            Set.of("--file", "--name", "--state", "--trust-domain", "--network", "--leaf-lifetime", "--issuer-dir");

    /** Reads {@code --flag value} pairs. Each flag is required once, except {@code --issuer-dir}. */
    public static SupervisorOptions parse(List<String> arguments) {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < arguments.size(); i += 2) {
            String flag = arguments.get(i);
            if (!FLAGS.contains(flag) || i + 1 == arguments.size()) {
                throw new IllegalArgumentException(
                        "argument: %s (expected: one of %s and a value)".formatted(flag, FLAGS));
            }
            values.put(flag, arguments.get(i + 1));
        }
        String seconds = require(values, "--leaf-lifetime");
        return new SupervisorOptions(
                Path.of(require(values, "--file")),
                require(values, "--name"),
                new MeshState(Path.of(require(values, "--state"))),
                require(values, "--trust-domain"),
                new Network(Integer.parseInt(require(values, "--network"))),
                Duration.ofSeconds(Long.parseLong(seconds.substring(0, seconds.length() - 1))),
                Optional.ofNullable(values.get("--issuer-dir")).map(Path::of));
    }

    private static String require(Map<String, String> values, String flag) {
        String value = values.get(flag);
        if (value == null) {
            throw new IllegalArgumentException("argument %s: missing (expected: all of %s)".formatted(flag, FLAGS));
        }
        return value;
    }
}
