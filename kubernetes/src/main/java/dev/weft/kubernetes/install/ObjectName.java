package dev.weft.kubernetes.install;

import static java.util.Objects.requireNonNull;

import dev.weft.kubernetes.manifest.Trees;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of an object in a cluster.
 *
 * @param apiVersion such as {@code apps/v1}
 * @param namespace empty for a cluster-wide object
 */
public record ObjectName(String apiVersion, String kind, String namespace, String name) {

    private static final String SYSTEM = "weft-system";
    private static final Pattern TEXT = Pattern.compile(
            "([a-z0-9.-]{1,100}(?:/[a-z0-9]{1,20})?) ([A-Za-z]{1,100}) (?:([a-z0-9-]{1,63})/)?([a-z0-9.-]{1,253})");

    public ObjectName {
        requireNonNull(apiVersion, "apiVersion");
        requireNonNull(kind, "kind");
        requireNonNull(namespace, "namespace");
        requireNonNull(name, "name");
    }

    static ObjectName of(Map<String, Object> object) {
        Map<String, Object> metadata = Trees.map(object, "metadata");
        return new ObjectName(
                text(object, "apiVersion"),
                text(object, "kind"),
                metadata.containsKey("namespace") ? text(metadata, "namespace") : "",
                text(metadata, "name"));
    }

    private static String text(Map<String, Object> of, String member) {
        return String.valueOf(requireNonNull(of.get(member), member));
    }

    /**
     * Reads the output of {@link #toString}.
     *
     * @throws IllegalArgumentException if the text is anything else
     */
    static ObjectName parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "object: " + text + " (expected: for example apps/v1 Deployment weft-system/weft-control)");
        }
        String namespace = matcher.group(3) == null ? "" : matcher.group(3);
        return new ObjectName(matcher.group(1), matcher.group(2), namespace, matcher.group(4));
    }

    /**
     * Whether an installation of any version may own the object: objects in the namespace {@code weft-system}, the
     * namespace itself, the kinds of {@code weft.dev}, and cluster-wide objects named {@code weft-…}. Namespaces, nodes
     * and volumes may have such a name too, but do not belong to Weft.
     */
    boolean isOfWeft() {
        if (!namespace.isEmpty()) {
            return namespace.equals(SYSTEM);
        }
        if (group().isEmpty()) {
            return kind.equals("Namespace") && name.equals(SYSTEM);
        }
        return kind.equals("CustomResourceDefinition") ? name.endsWith(".weft.dev") : name.startsWith("weft-");
    }

    /** Whether both are the same object, perhaps in different API versions. */
    public boolean isSame(ObjectName other) {
        return group().equals(other.group())
                && kind.equals(other.kind)
                && namespace.equals(other.namespace)
                && name.equals(other.name);
    }

    /** The API group; empty for the core group. */
    public String group() {
        return apiVersion.contains("/") ? apiVersion.substring(0, apiVersion.indexOf('/')) : "";
    }

    /** Returns the kind in the form that kubectl accepts. */
    public String resource() {
        return group().isEmpty() ? kind : kind + "." + apiVersion.substring(group().length() + 1) + "." + group();
    }

    /** Returns the object with its name only. */
    Map<String, Object> tree() {
        Map<String, Object> metadata = Trees.of("name", name);
        if (!namespace.isEmpty()) {
            metadata.put("namespace", namespace);
        }
        return Trees.of("apiVersion", apiVersion, "kind", kind, "metadata", metadata);
    }

    @Override
    public String toString() {
        return apiVersion + " " + kind + " " + (namespace.isEmpty() ? name : namespace + "/" + name);
    }
}
