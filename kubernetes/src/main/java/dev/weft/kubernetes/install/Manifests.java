package dev.weft.kubernetes.install;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.kubernetes.inject.AdmissionPolicies;
import dev.weft.kubernetes.inject.Inbound;
import dev.weft.kubernetes.inject.InjectionMethod;
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

/** Builds the objects of an installation, in the order in which they can be applied. */
public final class Manifests {

    private static final String LABEL = "app.kubernetes.io/";

    private Manifests() {}

    /** Returns all objects, as a text for {@code kubectl apply}. */
    public static String install(InstallSettings settings) {
        return YamlText.write(objects(settings, CustomResources.trees()));
    }

    /**
     * Returns the objects that replace a former installation, as a text for {@code kubectl apply}, without issuer and
     * state.
     */
    public static String upgrade(InstallRecord former, InstallSettings settings) {
        return YamlText.write(recorded(made(settings, CustomResources.trees()), settings, Optional.of(former)));
    }

    /** Returns the objects of a former installation that do not exist with these settings. */
    public static List<ObjectName> gone(InstallRecord former, InstallSettings settings) {
        return former.goneIn(names(settings));
    }

    /** Returns the names of an installation's objects, without the issuer's secret. */
    public static List<ObjectName> names(InstallSettings settings) {
        return objects(settings, CustomResources.trees()).stream()
                .map(ObjectName::of)
                .toList();
    }

    /** Returns the names of all objects of an installation with this admission, without the issuer's secret. */
    public static List<ObjectName> names(InjectionMethod admission) {
        InjectionSettings any = new InjectionSettings(
                "weft",
                "IfNotPresent",
                TrustDomain.parse("cluster.local"),
                InjectionSettings.USUAL_CLUSTER_DOMAIN,
                Inbound.PERMISSIVE);
        return names(new InstallSettings(
                any,
                admission,
                "",
                Duration.ofDays(1),
                Optional.empty(),
                false,
                InstallSettings.USUAL_REPLICAS,
                PeeringService.NONE,
                ControlPod.USUAL));
    }

    /** Returns objects to delete, as a text for {@code kubectl delete}, in the reverse order of this list. */
    public static String deletion(List<ObjectName> names) {
        return YamlText.write(names.reversed().stream().map(ObjectName::tree).toList());
    }

    /** Returns only the namespace and the issuer's secret, for an installation by other means. */
    public static String issuer(IssuerSecret issuer, String version) {
        List<Map<String, Object>> objects = new ArrayList<>(YamlText.resource(Manifests.class, "namespace.yaml"));
        objects.add(issuer.tree());
        return YamlText.write(
                objects.stream().map(object -> labelled(object, version)).toList());
    }

    /**
     * Returns everything that {@link #install} prints, by name, as a text for {@code kubectl delete}. The webhook's
     * configuration is always included.
     *
     * @param admission the admission of the installation
     * @param others objects of an install with another admission that exist in the cluster
     * @param kinds whether to delete the kinds of {@code weft.dev} too, and with them all their objects
     */
    public static String uninstall(InjectionMethod admission, List<ObjectName> others, boolean kinds) {
        return uninstall(names(admission), others, kinds);
    }

    /**
     * Returns the objects of a recorded installation of any version, including those that earlier versions left, as a
     * text for {@code kubectl delete}. The webhook's configuration is always included.
     *
     * @param others objects of an install with another admission that exist in the cluster
     * @param kinds whether to delete the kinds of {@code weft.dev} too, and with them all their objects
     */
    public static String uninstall(InstallRecord record, List<ObjectName> others, boolean kinds) {
        return uninstall(record.all(), others, kinds);
    }

    private static String uninstall(List<ObjectName> installed, List<ObjectName> others, boolean kinds) {
        List<ObjectName> names = new ArrayList<>(installed);
        names.removeIf(object -> !kinds && object.kind().equals("CustomResourceDefinition"));
        names.addAll(others);
        // A later install may have left the webhook's configuration out of the record. It would prevent the creation of
        // pods, so it is always there, and deleted first.
        if (names.stream().noneMatch(Injectors.webhook()::isSame)) {
            names.add(Injectors.webhook());
        }
        return deletion(names);
    }

    static List<Map<String, Object>> objects(InstallSettings settings, List<Map<String, Object>> kinds) {
        return recorded(made(settings, kinds), settings, Optional.empty());
    }

    /**
     * Adds the record at the end, because it is true once everything else exists. It does not list the issuer's secret,
     * which is not part of upgrades.
     */
    private static List<Map<String, Object>> recorded(
            List<Map<String, Object>> objects, InstallSettings settings, Optional<InstallRecord> former) {
        List<ObjectName> names = new ArrayList<>();
        for (Map<String, Object> object : objects) {
            if (!"Secret".equals(object.get("kind"))) {
                names.add(ObjectName.of(object));
            }
        }
        names.add(InstallRecord.name());
        List<ObjectName> gone = former.map(record -> record.goneIn(names)).orElse(List.of());
        List<Map<String, Object>> all = new ArrayList<>(objects);
        all.add(labelled(new InstallRecord(settings, names, gone).tree(), settings.version()));
        return all;
    }

    /** Returns all objects except the record. */
    static List<Map<String, Object>> made(InstallSettings settings, List<Map<String, Object>> kinds) {
        List<Map<String, Object>> objects = new ArrayList<>(YamlText.resource(Manifests.class, "namespace.yaml"));
        objects.addAll(kinds);
        objects.addAll(YamlText.resource(Manifests.class, "rbac.yaml"));
        settings.issuer().ifPresent(issuer -> objects.add(issuer.tree()));
        objects.addAll(WebhookParts.objects(settings));
        objects.addAll(settings.pod().objects());
        objects.addAll(YamlText.resource(Manifests.class, "control-plane.yaml"));
        if (settings.peering() != PeeringService.NONE) {
            objects.addAll(YamlText.resource(Manifests.class, "peering.yaml"));
        }
        UnaryOperator<String> filled = text -> filled(text, values(settings));
        List<Map<String, Object>> labelled = new ArrayList<>();
        for (Map<String, Object> object : objects) {
            Map<String, Object> tree = Trees.asMap(Trees.texts(object, filled), "object");
            if ("Deployment".equals(tree.get("kind"))) {
                adapt(tree, settings);
            }
            labelled.add(labelled(tree, settings.version()));
        }
        for (Map<String, Object> policy : AdmissionPolicies.of(settings.injection(), settings.admission())) {
            labelled.add(labelled(policy, settings.version()));
        }
        return labelled;
    }

    /** Sets in the control plane's Deployment what the templates leave open. */
    private static void adapt(Map<String, Object> deployment, InstallSettings settings) {
        Map<String, Object> pod = Trees.at(deployment, "spec", "template", "spec");
        Map<String, Object> container =
                Trees.asMap(Trees.list(pod, "containers").getFirst(), "container");
        WebhookParts.addTo(container, settings);
        settings.pod().applyTo(pod, container);
        pod.put("containers", List.of(container));
        Trees.at(deployment, "spec").put("replicas", settings.replicas());
    }

    private static Map<String, String> values(InstallSettings settings) {
        return Map.of(
                "image", settings.injection().image(),
                "image-pull-policy", settings.injection().pullPolicy(),
                "trust-domain", settings.injection().trustDomain().name(),
                "issuer-flag", settings.followIssuer() ? "--issuer-dir" : "--first-issuer-dir",
                "peering", settings.peering().word(),
                "inbound", settings.injection().inbound().word(),
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
}
