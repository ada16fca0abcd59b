package dev.weft.kubernetes.install;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.kubernetes.inject.Inbound;
import dev.weft.kubernetes.inject.InjectionMethod;
import dev.weft.kubernetes.inject.InjectionSettings;
import dev.weft.kubernetes.manifest.Trees;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The record of an installation in the cluster, in the ConfigMap {@code weft-install}: its settings and its objects. An
 * upgrade starts from it.
 *
 * @param settings settings without the issuer, which an upgrade leaves unchanged
 * @param objects all objects of this installation, including this one
 * @param former objects of an earlier version that this one does not have; they may still exist
 */
public record InstallRecord(InstallSettings settings, List<ObjectName> objects, List<ObjectName> former) {

    /** The ConfigMap's name, in the namespace {@code weft-system}. */
    public static final String NAME = "weft-install";

    private static final String NAMESPACE = "weft-system";
    /** Most objects of a record. A longer record was not written by Weft. */
    private static final int MOST_OBJECTS = 1000;

    public InstallRecord {
        objects = List.copyOf(objects);
        former = List.copyOf(former);
    }

    static ObjectName name() {
        return new ObjectName("v1", "ConfigMap", NAMESPACE, NAME);
    }

    /** Returns all objects that may exist in the cluster: the present ones, then those of earlier versions. */
    public List<ObjectName> all() {
        return Stream.concat(objects.stream(), former.stream()).toList();
    }

    /** Returns the recorded objects that the next version does not have. */
    List<ObjectName> goneIn(List<ObjectName> next) {
        return all().stream()
                .filter(old -> next.stream().noneMatch(old::isSame))
                .distinct()
                .toList();
    }

    Map<String, Object> tree() {
        InjectionSettings injection = settings.injection();
        Map<String, Object> tree = name().tree();
        tree.put(
                "data",
                Trees.of(
                        "version", settings.version(),
                        "image", injection.image(),
                        "image-pull-policy", injection.pullPolicy(),
                        "trust-domain", injection.trustDomain().name(),
                        "cluster-domain", injection.clusterDomain(),
                        "inbound", injection.inbound().word(),
                        "admission", word(settings.admission()),
                        "leaf-lifetime", settings.leafLifetime().toSeconds() + "s",
                        "follow-issuer", String.valueOf(settings.followIssuer()),
                        "replicas", String.valueOf(settings.replicas()),
                        "peering", settings.peering().word(),
                        "control-memory", settings.pod().memory(),
                        "image-pull-secret", settings.pod().pullSecret(),
                        "priority-class", settings.pod().priorityClass(),
                        "objects", lines(objects),
                        "former", lines(former)));
        return tree;
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static String lines(List<ObjectName> names) {
        return names.stream().map(name -> name + "\n").collect(Collectors.joining());
    }

    /**
     * Reads the data of the ConfigMap. An unknown member comes from a newer version and is ignored.
     *
     * @throws IllegalArgumentException if a required member is missing, or a value is not valid
     */
    public static InstallRecord read(Map<String, String> data) {
        InjectionSettings injection = new InjectionSettings(
                needed(data, "image"),
                needed(data, "image-pull-policy"),
                TrustDomain.parse(needed(data, "trust-domain")),
                needed(data, "cluster-domain"),
                word(Inbound.values(), Inbound::word, "inbound", needed(data, "inbound")));
        InstallSettings settings = new InstallSettings(
                injection,
                word(InjectionMethod.values(), InstallRecord::word, "admission", needed(data, "admission")),
                needed(data, "version"),
                Duration.ofSeconds(number(data, "leaf-lifetime", "s")),
                Optional.empty(),
                needed(data, "follow-issuer").equals("true"),
                number(data, "replicas", ""),
                // Earlier versions do not have the next members.
                word(
                        PeeringService.values(),
                        PeeringService::word,
                        "peering",
                        data.getOrDefault("peering", PeeringService.NONE.word())),
                new ControlPod(
                        data.getOrDefault("control-memory", ControlPod.USUAL.memory()),
                        data.getOrDefault("image-pull-secret", ControlPod.USUAL.pullSecret()),
                        data.getOrDefault("priority-class", ControlPod.USUAL.priorityClass())));
        return new InstallRecord(settings, names(data, "objects"), names(data, "former"));
    }

    private static String needed(Map<String, String> data, String member) {
        @Nullable String value = data.get(member);
        if (value == null) {
            throw new IllegalArgumentException(member + ": not there");
        }
        return value;
    }

    private static int number(Map<String, String> data, String member, String unit) {
        String text = needed(data, member);
        if (!text.matches("[0-9]{1,9}" + unit)) {
            throw new IllegalArgumentException(
                    member + ": " + text + " (expected: a number" + (unit.isEmpty() ? "" : " and " + unit) + ")");
        }
        return Integer.parseInt(text.substring(0, text.length() - unit.length()));
    }

    private static <E> E word(E[] values, Function<E, String> word, String member, String text) {
        return Stream.of(values)
                .filter(value -> word.apply(value).equals(text))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException(member + ": " + text + " is not known to this version"));
    }

    private static List<ObjectName> names(Map<String, String> data, String member) {
        List<String> lines = data.getOrDefault(member, "").lines().toList();
        if (lines.size() > MOST_OBJECTS) {
            throw new IllegalArgumentException(
                    member + ": " + lines.size() + " lines (expected: at most " + MOST_OBJECTS + ")");
        }
        List<ObjectName> names = lines.stream().map(ObjectName::parse).toList();
        for (ObjectName name : names) {
            if (!name.isOfWeft()) {
                throw new IllegalArgumentException(
                        member + ": " + name + " is no object of Weft, and would be deleted with it");
            }
        }
        return names;
    }
}
