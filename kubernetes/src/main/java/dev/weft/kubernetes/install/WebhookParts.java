package dev.weft.kubernetes.install;

import dev.weft.kubernetes.inject.InjectionMethod;
import dev.weft.kubernetes.inject.InjectionSettings;
import dev.weft.kubernetes.manifest.Trees;
import dev.weft.kubernetes.manifest.YamlText;
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

    /** Adds the parts for the webhook to the control plane's container, if it is served. */
    static void addTo(Map<String, Object> container, InstallSettings settings) {
        if (areIn(settings)) {
            lengthen(container, "env", variables(settings.injection()));
            lengthen(
                    container, "ports", List.of(Trees.of("name", "webhook", "containerPort", PORT, "protocol", "TCP")));
        }
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

    private static void lengthen(Map<String, Object> of, String name, List<Object> more) {
        List<Object> list = Trees.list(of, name);
        list.addAll(more);
        of.put(name, list);
    }
}
