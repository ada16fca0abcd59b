package dev.weft.local.supervisor;

import dev.weft.daemon.settings.Flag;
import dev.weft.daemon.settings.Flags;
import dev.weft.daemon.settings.GivenFlags;
import dev.weft.daemon.text.Durations;
import dev.weft.local.state.MeshState;
import dev.weft.local.state.Network;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
record SupervisorOptions(
        Path file,
        String name,
        MeshState state,
        String trustDomain,
        Network network,
        Duration leafLifetime,
        Optional<Path> issuerDirectory) {

    private static final Flags FLAGS = Flags.of(List.of(
            Flag.required("file", "FILE", "describes the mesh"),
            Flag.required("name", "MESH", "name of the mesh"),
            Flag.required("state", "DIRECTORY", "its state directory"),
            Flag.required("trust-domain", "DOMAIN", "its trust domain"),
            Flag.required("network", "NUMBER", "number of its network"),
            Flag.required("leaf-lifetime", "DURATION", "lifetime of workloads' certificates"),
            Flag.optional("issuer-dir", "DIRECTORY", "", "where another program keeps the issuer")));

    /**
     * Reads the flags that {@code weft up} passes.
     *
     * @throws dev.weft.daemon.settings.InvalidSettingsException if one is unknown, missing or not valid
     */
    static SupervisorOptions parse(List<String> arguments) {
        GivenFlags given = FLAGS.parse(arguments, Map.of());
        return new SupervisorOptions(
                Path.of(given.text("file")),
                given.text("name"),
                new MeshState(Path.of(given.text("state"))),
                given.text("trust-domain"),
                given.value("network", number -> new Network(Integer.parseInt(number)), "the number of a network"),
                given.value("leaf-lifetime", Durations::parse, "a duration such as 24h"),
                given.path("issuer-dir"));
    }
}
