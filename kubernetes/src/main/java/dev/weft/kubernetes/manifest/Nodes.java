package dev.weft.kubernetes.manifest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Creates, reads and changes YAML nodes. */
public final class Nodes {

    /**
     * The form of texts that need no quotes: they are not a number, date, word or special character of YAML 1.1 or 1.2,
     * except for {@link #WORDS}.
     */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z/][A-Za-z0-9_./@+$(){}=-]*(:[A-Za-z0-9_./@+=-]+)*");

    /** Words that YAML 1.1, as read by kubectl, takes for another type than a text. */
    private static final Set<String> WORDS = Set.of("y", "n", "yes", "no", "on", "off", "true", "false", "null");

    private Nodes() {}

    /**
     * Converts a tree to nodes.
     *
     * @throws IllegalArgumentException if the tree contains anything else than maps, lists, texts, integers and
     *     booleans
     */
    public static Node of(Object tree) {
        return switch (tree) {
            case Map<?, ?> map -> {
                List<NodeTuple> members = new ArrayList<>();
                map.forEach((name, value) -> members.add(new NodeTuple(of(String.valueOf(name)), of(value))));
                yield new MappingNode(Tag.MAP, members, map.isEmpty() ? FlowStyle.FLOW : FlowStyle.BLOCK);
            }
            case List<?> list ->
                new SequenceNode(
                        Tag.SEQ,
                        new ArrayList<>(list.stream().map(Nodes::of).toList()),
                        list.isEmpty() ? FlowStyle.FLOW : FlowStyle.BLOCK);
            case String text -> new ScalarNode(Tag.STR, text, style(text));
            case Integer number -> new ScalarNode(Tag.INT, number.toString(), ScalarStyle.PLAIN);
            case Boolean truth -> new ScalarNode(Tag.BOOL, truth.toString(), ScalarStyle.PLAIN);
            default -> throw new IllegalArgumentException(tree.getClass() + " in a tree");
        };
    }

    /** Returns the same nodes in the style of JSON: braces and brackets, and texts in double quotes. */
    public static Node json(Node node) {
        return switch (node) {
            case MappingNode map ->
                new MappingNode(
                        map.getTag(),
                        new ArrayList<>(map.getValue().stream()
                                .map(member -> new NodeTuple(json(member.getKeyNode()), json(member.getValueNode())))
                                .toList()),
                        FlowStyle.FLOW);
            case SequenceNode list ->
                new SequenceNode(
                        list.getTag(),
                        new ArrayList<>(
                                list.getValue().stream().map(Nodes::json).toList()),
                        FlowStyle.FLOW);
            case ScalarNode text
            when Tag.STR.equals(text.getTag()) -> new ScalarNode(Tag.STR, text.getValue(), ScalarStyle.DOUBLE_QUOTED);
            default -> node;
        };
    }

    private static ScalarStyle style(String text) {
        if (text.indexOf('\n') >= 0) {
            return ScalarStyle.LITERAL;
        }
        if (PLAIN.matcher(text).matches() && !WORDS.contains(text.toLowerCase(Locale.ROOT))) {
            return ScalarStyle.PLAIN;
        }
        return text.indexOf('"') >= 0 ? ScalarStyle.SINGLE_QUOTED : ScalarStyle.DOUBLE_QUOTED;
    }

    /** Returns the member of a mapping; empty if there is none, if it is null, or if the node is not a mapping. */
    public static Optional<Node> member(Node of, String name) {
        return of instanceof MappingNode map
                ? map.getValue().stream()
                        .filter(member -> isNamed(member, name))
                        .map(NodeTuple::getValueNode)
                        .filter(value -> !Tag.NULL.equals(value.getTag()))
                        .findFirst()
                : Optional.empty();
    }

    /** Returns the mapping at the end of a path of names; empty if there is none. */
    public static Optional<MappingNode> mapping(Node from, String... path) {
        Optional<Node> at = Optional.of(from);
        for (String name : path) {
            at = at.flatMap(node -> member(node, name));
        }
        return at.filter(MappingNode.class::isInstance).map(MappingNode.class::cast);
    }

    /** Returns the text of a scalar member; empty if there is none. */
    public static Optional<String> text(Node of, String name) {
        return member(of, name).filter(ScalarNode.class::isInstance).map(node -> ((ScalarNode) node).getValue());
    }

    /** Returns the elements of a member that is a list; empty if it is anything else. */
    public static List<Node> elements(Node of, String name) {
        return member(of, name)
                .filter(SequenceNode.class::isInstance)
                .map(node -> ((SequenceNode) node).getValue())
                .orElse(List.of());
    }

    /** Returns the scalar members of a member that is a mapping, in their order. */
    public static Map<String, String> texts(Node of, String name) {
        Map<String, String> texts = new LinkedHashMap<>();
        mapping(of, name)
                .ifPresent(map -> map.getValue().forEach(member -> {
                    if (member.getKeyNode() instanceof ScalarNode key
                            && member.getValueNode() instanceof ScalarNode value) {
                        texts.put(key.getValue(), value.getValue());
                    }
                }));
        return texts;
    }

    /** Sets a member of a mapping to this list. An empty list removes the member. */
    public static void put(MappingNode into, String name, List<Node> elements) {
        if (!elements.isEmpty()) {
            set(into, name, new SequenceNode(Tag.SEQ, new ArrayList<>(elements), FlowStyle.BLOCK));
            return;
        }
        List<NodeTuple> members = new ArrayList<>(into.getValue());
        members.removeIf(member -> isNamed(member, name));
        into.setValue(members);
    }

    /** Sets a member of a mapping to this node, in its place. Further members of the same name are removed. */
    public static void set(MappingNode into, String name, Node value) {
        List<NodeTuple> members = new ArrayList<>(into.getValue());
        int at = 0;
        while (at < members.size() && !isNamed(members.get(at), name)) {
            at++;
        }
        if (at < members.size()) {
            members.set(at, new NodeTuple(members.get(at).getKeyNode(), value));
            members.subList(at + 1, members.size()).removeIf(member -> isNamed(member, name));
        } else {
            members.add(new NodeTuple(of(name), value));
        }
        into.setValue(members);
    }

    /** Returns the member of a mapping that is a mapping. If there is none, it is added. */
    public static MappingNode within(MappingNode of, String name) {
        return mapping(of, name).orElseGet(() -> {
            MappingNode added = new MappingNode(Tag.MAP, new ArrayList<>(), FlowStyle.BLOCK);
            set(of, name, added);
            return added;
        });
    }

    private static boolean isNamed(NodeTuple member, String name) {
        return member.getKeyNode() instanceof ScalarNode key && key.getValue().equals(name);
    }
}
