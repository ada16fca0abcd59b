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

    /** What takes the place of a former installation, as a text for {@code kubectl apply}: no issuer, and no state. */
    public static String upgrade(InstallRecord former, InstallSettings settings) {
        return YamlText.write(recorded(made(settings, CustomResources.trees()), settings, Optional.of(former)));
    }

    /** The objects of a former installation that there are no more with these settings. */
    public static List<ObjectName> gone(InstallRecord former, InstallSettings settings) {
        return former.goneIn(names(settings));
    }

    /** What an installation consists of, as an installation without an issuer of its own has it. */
    public static List<ObjectName> names(InstallSettings settings) {
        return objects(settings, CustomResources.trees()).stream()
                .map(ObjectName::of)
                .toList();
    }

    /** Objects that are to be deleted, as a text for {@code kubectl delete}: of a list in the order of their making the last first. */
    public static String deletion(List<ObjectName> names) {
        return YamlText.write(names.reversed().stream().map(ObjectName::tree).toList());
    }

    /** The namespace and the issuer's secret alone, for an installation by other means. */
    public static String issuer(IssuerSecret issuer, String version) {
        List<Map<String, Object>> objects = new ArrayList<>(YamlText.resource(Manifests.class, "namespace.yaml"));
        objects.add(issuer.tree());
        return YamlText.write(
                objects.stream().map(object -> labelled(object, version)).toList());
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
        List<ObjectName> names = new ArrayList<>(objects(settings, kinds ? CustomResources.trees() : List.of()).stream()
                .map(ObjectName::of)
                .toList());
        if (admission != AdmissionVersion.WEBHOOK) {
            // An earlier install may have left it; it would keep pods from being made, so it goes first of all.
            names.add(Injectors.webhook());
        }
        return deletion(names);
    }

    /**
     * The same of an installation that says what it is of, with what an earlier version left: whichever version made it. The
     * webhook's configuration is always in it: an install that does not know of it may have come after.
     *
     * @param others that an install by another way left, as the cluster says
     */
    public static String uninstall(InstallRecord record, List<ObjectName> others, boolean kinds) {
        List<ObjectName> names = new ArrayList<>(record.all());
        names.removeIf(object -> !kinds && object.kind().equals("CustomResourceDefinition"));
        names.addAll(others);
        if (names.stream().noneMatch(Injectors.webhook()::isSame)) {
            names.add(Injectors.webhook());
        }
        return deletion(names);
    }

    static List<Map<String, Object>> objects(InstallSettings settings, List<Map<String, Object>> kinds) {
        return recorded(made(settings, kinds), settings, Optional.empty());
    }

    /** The record comes last: it is true once all else is there. The issuer's secret is none of an upgrade's. */
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

    /** All but the record. */
    static List<Map<String, Object>> made(InstallSettings settings, List<Map<String, Object>> kinds) {
        List<Map<String, Object>> objects = new ArrayList<>(YamlText.resource(Manifests.class, "namespace.yaml"));
        objects.addAll(kinds);
        objects.addAll(YamlText.resource(Manifests.class, "rbac.yaml"));
        settings.issuer().ifPresent(issuer -> objects.add(issuer.tree()));
        objects.addAll(WebhookParts.objects(settings));
        objects.addAll(YamlText.resource(Manifests.class, "control-plane.yaml"));
        if (settings.peering() != PeeringService.NONE) {
            objects.addAll(YamlText.resource(Manifests.class, "peering.yaml"));
        }
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
                "peering", settings.peering().word(),
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
