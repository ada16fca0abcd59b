package dev.weft.kubernetes.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** How the members of a mapping are set. */
final class NodesTest {

    private static NodeTuple member(String name, String value) {
        return new NodeTuple(Nodes.of(name), Nodes.of(value));
    }

    private static String shown(NodeTuple member) {
        return text(member.getKeyNode()) + "=" + text(member.getValueNode());
    }

    private static String text(Node node) {
        return ((ScalarNode) node).getValue();
    }

    @Test
    void aMemberIsReplacedInItsPlaceAndIsTheOnlyOneOfItsName() {
        MappingNode map = new MappingNode(
                Tag.MAP,
                new ArrayList<>(List.of(member("a", "1"), member("b", "2"), member("a", "3"), member("c", "4"))),
                FlowStyle.BLOCK);
        Nodes.set(map, "a", Nodes.of("new"));
        assertThat(map.getValue()).extracting(NodesTest::shown).containsExactly("a=new", "b=2", "c=4");
    }
}
