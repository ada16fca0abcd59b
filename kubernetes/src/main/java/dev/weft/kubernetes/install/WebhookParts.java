package dev.weft.kubernetes.install;

import dev.weft.kubernetes.inject.InjectionMethod;
import dev.weft.kubernetes.inject.InjectionSettings;
import dev.weft.kubernetes.manifest.Trees;
import dev.weft.kubernetes.manifest.YamlText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Adds what the control plane needs to serve the webhook: objects, and a port and variables of the Deployment. */
final class WebhookParts {

    private static final int PORT = 15017;

    private WebhookParts() {}

    /** Whether the control plane serves the webhook: always, unless nothing in the API server injects pods. */
    static boolean areIn(InstallSettings settings) {
        return settings.admission() != InjectionMethod.NONE;
    }

    /** Returns the objects; empty if the webhook is not served. */
    static List<Map<String, Object>> objects(InstallSettings settings) {
        return areIn(settings) ? YamlText.resource(WebhookParts.class, "webhook.yaml") : List.of();
    }

    /** Returns the control plane's Deployment with the parts for the webhook, and any other object unchanged. */
    static Map<String, Object> into(Map<String, Object> object, InstallSettings settings) {
        if (!areIn(settings) || !"Deployment".equals(object.get("kind"))) {
            return object;
        }
        return changed(object, List.of("spec", "template", "spec"), podSpec -> {
            List<Object> containers = Trees.list(podSpec, "containers");
            Map<String, Object> control = Trees.asMap(containers.getFirst(), "container");
            control.put("env", longer(control, "env", variables(settings.injection())));
            control.put(
                    "ports",
                    longer(
                            control,
                            "ports",
                            List.of(Trees.of("name", "webhook", "containerPort", PORT, "protocol", "TCP"))));
            containers.set(0, control);
            podSpec.put("containers", containers);
        });
    }

    private static List<Object> variables(InjectionSettings injection) {
        return List.of(
                variable("LISTEN", "0.0.0.0:" + PORT),
                variable("IMAGE", injection.image()),
                variable("IMAGE_PULL_POLICY", injection.pullPolicy()),
                variable("CLUSTER_DOMAIN", injection.clusterDomain()));
    }

    private static Map<String, Object> variable(String name, String value) {
        return Trees.of("name", "WEFT_WEBHOOK_" + name, "value", value);
    }

    private static List<Object> longer(Map<String, Object> of, String name, List<Object> more) {
        List<Object> list = new ArrayList<>(Trees.list(of, name));
        list.addAll(more);
        return list;
    }

    private interface Change {
        void apply(Map<String, Object> copy);
    }

    /** Returns a copy of a tree in which the map at the end of a path is changed. */
    private static Map<String, Object> changed(Map<String, Object> tree, List<String> path, Change change) {
        Map<String, Object> copy = new LinkedHashMap<>(tree);
        if (path.isEmpty()) {
            change.apply(copy);
        } else {
            copy.put(path.getFirst(), changed(Trees.map(copy, path.getFirst()), path.subList(1, path.size()), change));
        }
        return copy;
    }
}
