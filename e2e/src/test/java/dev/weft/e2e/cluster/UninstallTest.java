package dev.weft.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is left of Weft when it goes: nothing. Other classes install it again. */
final class UninstallTest {

    private static final Duration FORGOTTEN = Duration.ofSeconds(30);
    /** A node may be called as ours are; Events stay for an hour. */
    private static final Set<String> CLUSTERS_OWN = Set.of("Event", "Node", "CSINode");

    @Test
    void leavesNothingAndPodsStartWithoutIt() throws Exception {
        Cluster.installed();
        try (Space space = Space.meshed()) {
            space.idle("before");
            Cluster.with(Cluster.uninstall(), "delete", "--ignore-not-found", "--timeout=180s", "-f")
                    .ok();
            assertThat(Cluster.kubectl("get", "namespace", "weft-system", "--ignore-not-found", "-o", "name")
                            .ok()
                            .out())
                    .isEmpty();
            // The API server forgets kinds some seconds after their definitions.
            Eventually.within(FORGOTTEN, () -> assertThat(kinds()).doesNotContain("weft.dev"));
            String kinds = kinds();
            for (String label : List.of("app.kubernetes.io/part-of=weft", "app.kubernetes.io/managed-by=weft")) {
                // What belongs to the namespace is collected some moments after it.
                Eventually.within(
                        FORGOTTEN,
                        () -> assertThat(Cluster.kubectl(
                                                "get", kinds, "-A", "-l", label, "--ignore-not-found", "-o", "name")
                                        .ok()
                                        .out())
                                .as("objects labelled %s", label)
                                .isEmpty());
            }
            assertThat(namedByUs(kinds)).isEmpty();
            space.idle("after");
            assertThat(space.kubectl("get", "pod", "after", "-o", "jsonpath={.spec.initContainers}")
                            .ok()
                            .out())
                    .isEmpty();
        }
    }

    /** Objects that have no label of ours, as an installation did not make them, but are called as ours are. */
    private static List<String> namedByUs(String kinds) throws Exception {
        return Cluster.kubectl(
                        "get",
                        kinds,
                        "-A",
                        "--ignore-not-found",
                        "--no-headers",
                        "-o",
                        "custom-columns=KIND:.kind,SPACE:.metadata.namespace,NAME:.metadata.name")
                .ok()
                .out()
                .lines()
                .map(line -> List.of(line.split("\\s+")))
                .filter(object -> object.size() >= 3 && !CLUSTERS_OWN.contains(object.getFirst()))
                .filter(object -> !object.get(1).equals("kube-node-lease"))
                .filter(object -> !object.get(1).startsWith(Space.PREFIX)
                        && !object.get(2).startsWith(Space.PREFIX))
                .filter(object -> object.get(1).equals("weft-system")
                        || object.get(2).startsWith("weft-")
                        || object.get(2).endsWith(".weft.dev"))
                .map(object -> String.join(" ", object))
                .toList();
    }

    /** Every kind that the cluster lists, in a form that kubectl takes. */
    private static String kinds() throws Exception {
        return String.join(
                ",",
                Cluster.kubectl("api-resources", "--verbs=list,delete", "-o", "name")
                        .ok()
                        .out()
                        .lines()
                        .toList());
    }
}
