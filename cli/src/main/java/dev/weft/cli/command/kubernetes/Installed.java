package dev.weft.cli.command.kubernetes;

import dev.weft.cli.cluster.Kubectl;
import dev.weft.cli.cluster.KubectlClient;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.kubernetes.install.Injectors;
import dev.weft.kubernetes.install.InstallRecord;
import dev.weft.kubernetes.install.ObjectName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Finds what of Weft is installed in a cluster, through kubectl. */
final class Installed {

    /** Selects each pod that has not ended and has a sidecar, with the sidecar's image. */
    private static final String SIDECARS = "jsonpath={range .items[*]}{.metadata.namespace}/{.metadata.name}{\" \"}"
            + "{.spec.initContainers[?(@.name==\"weft-proxy\")].image}{\"\\n\"}{end}";

    private final KubectlClient answers;
    /** The kinds that the API server serves, by the path of an API version. */
    private final Map<String, Set<String>> served = new HashMap<>();

    Installed(Kubectl kubectl) {
        this.answers = new KubectlClient(kubectl);
    }

    /**
     * Reads the installation's own record.
     *
     * @throws CommandFailure if there is none, another tool made the installation, or it cannot be read (WEFT-L310)
     */
    InstallRecord read() {
        return find().orElseThrow(() -> manager().isEmpty()
                ? none("Weft is not installed in this cluster", "'weft install' installs it")
                : none(
                        "Weft is installed in this cluster, but ConfigMap weft-install, which says how, is missing",
                        "'weft install --keep-issuer' with the former options upgrades Weft and writes it"));
    }

    /**
     * Reads the installation's own record; empty if there is none.
     *
     * @throws CommandFailure if another tool made the installation, or the record cannot be read (WEFT-L310)
     */
    Optional<InstallRecord> find() {
        Optional<JsonNode> map = answers.json(
                "get", "configmap", InstallRecord.NAME, "-n", "weft-system", "--ignore-not-found", "-o", "json");
        if (map.isPresent()) {
            return Optional.of(read(map.get()));
        }
        if (manager().filter("Helm"::equals).isPresent()) {
            throw none(
                    "Helm installed Weft in this cluster",
                    "'helm upgrade' upgrades it, and 'helm uninstall' removes it");
        }
        return Optional.empty();
    }

    private static InstallRecord read(JsonNode map) {
        Map<String, String> data = map.path("data")
                .propertyStream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().asString("")));
        try {
            return InstallRecord.read(data);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.failed(
                    "WEFT-L310",
                    "ConfigMap weft-install of namespace weft-system is not as an installation writes it: "
                            + e.getMessage(),
                    "'weft install --keep-issuer' with the options of the installation writes it again");
        }
    }

    /** Returns what made the control plane, as its label says; empty if there is no control plane. */
    private Optional<String> manager() {
        return answers.json(
                        "get", "deployment", "weft-control", "-n", "weft-system", "--ignore-not-found", "-o", "json")
                .map(deployment -> deployment
                        .path("metadata")
                        .path("labels")
                        .path("app.kubernetes.io/managed-by")
                        .asString(""));
    }

    private static CommandFailure none(String what, String advice) {
        return CommandFailure.failed("WEFT-L310", what, advice);
    }

    /** Returns the pods whose sidecar has another image than the installation, for example {@code shop/api-7d4b9}. */
    List<String> podsWithoutImage(String image) {
        List<String> others = new ArrayList<>();
        String pods = answers.text(
                "get",
                "pods",
                "--all-namespaces",
                "--field-selector=status.phase!=Succeeded,status.phase!=Failed",
                "-o",
                SIDECARS);
        for (String line : pods.lines().toList()) {
            int space = line.indexOf(' ');
            String sidecar = space < 0 ? "" : line.substring(space + 1).strip();
            if (!sidecar.isEmpty() && !sidecar.equals(image)) {
                others.add(line.substring(0, space));
            }
        }
        return others;
    }

    List<ObjectName> present(List<ObjectName> names) {
        return names.stream().filter(this::isPresent).toList();
    }

    /** Returns what injects pods besides these objects: an earlier install with another --admission left it. */
    List<ObjectName> injectorsBeside(List<ObjectName> objects) {
        List<ObjectName> found = new ArrayList<>();
        for (ObjectName injector : Injectors.others(objects)) {
            if (found.stream().noneMatch(injector::isSame) && isPresent(injector)) {
                found.add(injector);
            }
        }
        return found;
    }

    private boolean isPresent(ObjectName object) {
        if (!serves(object)) {
            return false;
        }
        List<String> question =
                new ArrayList<>(List.of("get", object.resource(), object.name(), "--ignore-not-found", "-o", "name"));
        if (!object.namespace().isEmpty()) {
            question.addAll(List.of("-n", object.namespace()));
        }
        return !answers.text(question.toArray(String[]::new)).isBlank();
    }

    boolean serves(ObjectName object) {
        String path = object.group().isEmpty() ? "/api/" : "/apis/";
        return served.computeIfAbsent(path + object.apiVersion(), this::kinds).contains(object.kind());
    }

    private Set<String> kinds(String path) {
        return answers.jsonIfThere("get", "--raw", path)
                .map(list -> list.path("resources")
                        .valueStream()
                        .map(resource -> resource.path("kind").asString(""))
                        .collect(Collectors.toSet()))
                .orElse(Set.of());
    }
}
