package dev.weft.kubernetes.install;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.kubernetes.inject.AdmissionPolicies;
import dev.weft.kubernetes.inject.AdmissionVersion;
import dev.weft.kubernetes.inject.Inbound;
import dev.weft.kubernetes.inject.InjectionSettings;
import dev.weft.kubernetes.manifest.Trees;
import dev.weft.kubernetes.manifest.YamlText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The objects of an installation, in the order in which they can be applied. */
public final class Manifests {

    private static final String LABEL = "app.kubernetes.io/";

    private Manifests() {}

    /** All objects, as a text for {@code kubectl apply}. */
    public static String install(InstallSettings settings) {
        return YamlText.write(objects(settings, CustomResources.trees()));
    }

    /**
     * What is to be deleted, as a text for {@code kubectl delete}: all that {@link #install} prints, by name.
     *
     * @param admission that was installed
     * @param kinds whether the kinds of {@code weft.dev} go too, and with them every object of them
     */
    public static String uninstall(AdmissionVersion admission, boolean kinds) {
        InjectionSettings any = new InjectionSettings(
                "weft",
                "IfNotPresent",
                TrustDomain.parse("cluster.local"),
                InjectionSettings.USUAL_CLUSTER_DOMAIN,
                Inbound.PERMISSIVE);
        InstallSettings settings = new InstallSettings(any, admission, "", Duration.ofDays(1), Optional.empty(), false);
        List<Map<String, Object>> objects =
                new ArrayList<>(objects(settings, kinds ? CustomResources.trees() : List.of()));
        if (admission != AdmissionVersion.WEBHOOK) {
            // An earlier install may have left it; it would keep pods from being made, so it goes first of all.
            objects.add(AdmissionPolicies.webhook());
        }
        return YamlText.write(
                objects.reversed().stream().map(Manifests::reference).toList());
    }

    static List<Map<String, Object>> objects(InstallSettings settings, List<Map<String, Object>> kinds) {
        List<Map<String, Object>> objects = new ArrayList<>(YamlText.resource(Manifests.class, "namespace.yaml"));
        objects.addAll(kinds);
        objects.addAll(YamlText.resource(Manifests.class, "rbac.yaml"));
        settings.issuer().ifPresent(issuer -> objects.add(issuer.tree()));
        objects.addAll(WebhookParts.objects(settings));
        objects.addAll(YamlText.resource(Manifests.class, "control-plane.yaml"));
        UnaryOperator<String> filled = text -> filled(text, values(settings));
        List<Map<String, Object>> labelled = new ArrayList<>();
        for (Map<String, Object> object : objects) {
            Map<String, Object> tree = Trees.asMap(Trees.texts(object, filled), "object");
            Map<String, Object> served = WebhookParts.into(tree, settings);
            labelled.add(labelled(scaled(served, settings.replicas()), settings.version()));
        }
        for (Map<String, Object> policy : AdmissionPolicies.of(settings.injection(), settings.admission())) {
            labelled.add(labelled(policy, settings.version()));
        }
        return labelled;
    }

    private static Map<String, Object> scaled(Map<String, Object> object, int replicas) {
        if (!"Deployment".equals(object.get("kind"))) {
            return object;
        }
        Map<String, Object> spec = new LinkedHashMap<>(Trees.map(object, "spec"));
        spec.put("replicas", replicas);
        Map<String, Object> copy = new LinkedHashMap<>(object);
        copy.put("spec", spec);
        return copy;
    }

    private static Map<String, String> values(InstallSettings settings) {
        return Map.of(
                "image", settings.injection().image(),
                "image-pull-policy", settings.injection().pullPolicy(),
                "trust-domain", settings.injection().trustDomain().name(),
                "issuer-flag", settings.followIssuer() ? "--issuer-dir" : "--first-issuer-dir",
                "leaf-lifetime", settings.leafLifetime().toSeconds() + "s");
    }

    private static String filled(String text, Map<String, String> values) {
        return text.startsWith("${") && text.endsWith("}")
                ? Objects.requireNonNull(values.get(text.substring(2, text.length() - 1)), text)
                : text;
    }

    private static Map<String, Object> labelled(Map<String, Object> object, String version) {
        Map<String, Object> metadata = Trees.map(object, "metadata");
        Map<String, Object> labels = new LinkedHashMap<>();
        labels.put(LABEL + "part-of", "weft");
        labels.put(LABEL + "managed-by", "weft");
        labels.put(LABEL + "version", version);
        if (metadata.containsKey("labels")) {
            labels.putAll(Trees.map(metadata, "labels"));
        }
        metadata.put("labels", labels);
        Map<String, Object> copy = new LinkedHashMap<>(object);
        copy.put("metadata", metadata);
        return copy;
    }

    /** The object's name alone. */
    private static Map<String, Object> reference(Map<String, Object> object) {
        Map<String, Object> metadata = Trees.map(object, "metadata");
        Map<String, Object> name = Trees.of("name", Objects.requireNonNull(metadata.get("name"), "name"));
        if (metadata.containsKey("namespace")) {
            name.put("namespace", Objects.requireNonNull(metadata.get("namespace"), "namespace"));
        }
        return Trees.of(
                "apiVersion",
                Objects.requireNonNull(object.get("apiVersion"), "apiVersion"),
                "kind",
                Objects.requireNonNull(object.get("kind"), "kind"),
                "metadata",
                name);
    }
}
