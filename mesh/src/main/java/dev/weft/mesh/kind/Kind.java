package dev.weft.mesh.kind;

import static dev.weft.mesh.kind.Field.optional;

import java.util.List;
import java.util.Optional;

/**
 * A kind of objects.
 *
 * @param kindName name of the kind, such as {@code AuthorizationPolicy}
 * @param plural plural name, such as {@code authorizationpolicies}
 * @param group API group; empty for the core of Kubernetes
 * @param annotations annotations of an object that have a meaning
 * @param definition how an API server defines the kind, if it is one of Weft's own
 * @param example an example object, as YAML
 */
public record Kind(
        String kindName,
        String plural,
        String group,
        String version,
        boolean namespaced,
        TextFormat nameFormat,
        String meaning,
        Shape.Mapping spec,
        List<Field> annotations,
        Optional<Definition> definition,
        String example) {

    /** The API group of Weft's own kinds. */
    public static final String GROUP = "weft.dev";

    /** The API version of Weft's own kinds. */
    public static final String VERSION = "v1alpha1";

    static final int MAX_ITEMS = 4096;

    /**
     * The definition of a kind for an API server.
     *
     * @param shortName short name for kubectl
     * @param columns columns that kubectl shows in a table
     * @param status the fields of the status that the control plane writes
     * @param open whether the status may have further fields
     */
    public record Definition(String shortName, List<Column> columns, Shape.Mapping status, boolean open) {

        /** Returns the definition of a kind whose status has conditions and any further fields. */
        static Definition of(String shortName, Column... columns) {
            return new Definition(shortName, List.of(columns), Shape.mapping(CommonFields.CONDITIONS), true);
        }
    }

    /**
     * A column of kubectl's table.
     *
     * @param path JSONPath of the value in an object
     * @param description empty for none
     * @param wide whether the column is shown in wide tables only
     */
    public record Column(String name, String type, String path, String description, boolean wide) {

        static Column of(String name, String type, String path) {
            return new Column(name, type, path, "", false);
        }

        static Column text(String name, String path) {
            return of(name, "string", path);
        }

        static Column condition(String name, String type) {
            return text(name, ".status.conditions[?(@.type==\"" + type + "\")].status");
        }

        Column described(String text) {
            return new Column(name, type, path, text, wide);
        }

        Column inWide() {
            return new Column(name, type, path, description, true);
        }
    }

    /** Creates a kind whose objects belong to namespaces, without annotations and example. */
    private Kind(
            String kindName,
            String plural,
            String group,
            String version,
            String meaning,
            Shape.Mapping spec,
            Optional<Definition> definition) {
        this(kindName, plural, group, version, true, TextFormats.DNS_NAME, meaning, spec, List.of(), definition, "");
    }

    /** Returns one of Weft's own kinds. */
    static Kind own(String kindName, String plural, String meaning, Shape.Mapping spec, Definition definition) {
        return new Kind(kindName, plural, GROUP, VERSION, meaning, spec, Optional.of(definition));
    }

    /** Returns a kind that others define. */
    static Kind foreign(
            String kindName, String plural, String group, String version, String meaning, Shape.Mapping spec) {
        return new Kind(kindName, plural, group, version, meaning, spec, Optional.empty());
    }

    Kind named(TextFormat format) {
        return new Kind(
                kindName, plural, group, version, namespaced, format, meaning, spec, annotations, definition, example);
    }

    Kind withoutNamespace() {
        return new Kind(
                kindName, plural, group, version, false, nameFormat, meaning, spec, annotations, definition, example);
    }

    Kind annotated(Field... fields) {
        List<Field> given = List.of(fields);
        return new Kind(
                kindName, plural, group, version, namespaced, nameFormat, meaning, spec, given, definition, example);
    }

    Kind example(String yaml) {
        return new Kind(
                kindName, plural, group, version, namespaced, nameFormat, meaning, spec, annotations, definition, yaml);
    }

    /** Returns API group and version, as written in an object. */
    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /**
     * Returns the API versions that files may use, {@link #apiVersion} first. A kind that others define may also be
     * written in its stable version, which has the same meaning.
     */
    public List<String> apiVersions() {
        String stable = group + "/v1";
        return definition.isPresent() || group.isEmpty() || apiVersion().equals(stable)
                ? List.of(apiVersion())
                : List.of(apiVersion(), stable);
    }

    /**
     * Whether this is a name of the kind: its word, its plural or its short name; case is ignored for the first two.
     */
    public boolean isCalled(String name) {
        return name.equalsIgnoreCase(kindName)
                || name.equalsIgnoreCase(plural)
                || definition.filter(own -> name.equals(own.shortName())).isPresent();
    }

    /** Returns the fields of an object's {@code metadata}. */
    public Shape.Mapping metadata() {
        Field namespace = optional(
                "namespace",
                "The namespace of the object.",
                namespaced
                        ? Shape.text(TextFormats.DNS_LABEL)
                        : new Shape.Refused(
                                "there is one (expected: none, a " + kindName + " belongs to no namespace)"));
        return Shape.mapping()
                .required("name", "The name of the object.", nameFormat)
                .with(namespaced ? namespace.defaultText("default") : namespace)
                .optional(
                        "labels",
                        "Labels, which selectors match.",
                        new Shape.TextMap(TextFormats.LABEL_KEY, TextFormats.LABEL_VALUE, MAX_ITEMS))
                .optional(
                        "annotations",
                        annotations.isEmpty()
                                ? "Further data, without a meaning for the mesh."
                                : "Settings, and further data without a meaning for the mesh.",
                        new Shape.TextMap(TextFormats.LABEL_KEY, TextFormats.TEXT, MAX_ITEMS));
    }
}
