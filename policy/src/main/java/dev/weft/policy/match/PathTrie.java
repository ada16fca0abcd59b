package dev.weft.policy.match;

import dev.weft.policy.model.PathPattern;
import dev.weft.policy.model.PathPattern.Segment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A node of the trie of path patterns; each edge is a segment. Immutable. */
final class PathTrie {

    /** Rules whose pattern ends at this node. */
    private final @Nullable Rules here;
    /** Rules for this node's path and all paths below it. */
    private final @Nullable Rules hereAndBelow;
    /** Rules for all paths below this node's path. */
    private final @Nullable Rules below;

    private final SegmentTable literals;
    private final @Nullable PathTrie any;

    private PathTrie(Builder builder) {
        here = Rules.of(builder.here);
        hereAndBelow = Rules.of(builder.hereAndBelow);
        below = Rules.of(builder.below);
        Map<String, PathTrie> nodes = new HashMap<>();
        builder.literals.forEach((segment, node) -> nodes.put(segment, node.build()));
        literals = new SegmentTable(nodes);
        any = builder.any == null ? null : builder.any.build();
    }

    /**
     * @param start index at which the next segment of the path begins; greater than the path's length if there is none
     */
    void search(String path, int start, RuleSearch search) {
        if (hereAndBelow != null) {
            hereAndBelow.search(search);
        }
        if (start > path.length()) {
            if (here != null) {
                here.search(search);
            }
            return;
        }
        int slash = path.indexOf('/', start);
        int end = slash < 0 ? path.length() : slash;
        if (end > start && below != null) {
            below.search(search);
        }
        PathTrie literal = literals.get(path, start, end);
        if (literal != null) {
            literal.search(path, end + 1, search);
        }
        if (end > start && any != null) {
            any.search(path, end + 1, search);
        }
    }

    /** Collects the patterns of a tree. */
    static final class Builder {
        private final List<Rule> here = new ArrayList<>();
        private final List<Rule> hereAndBelow = new ArrayList<>();
        private final List<Rule> below = new ArrayList<>();
        private final Map<String, Builder> literals = new HashMap<>();
        private @Nullable Builder any;

        void add(List<Segment> segments, PathPattern.Tail tail, Strictness reading, Rule rule) {
            Builder node = this;
            for (int i = 0; i < segments.size(); i++) {
                boolean slashAtTheEnd = i > 0
                        && i == segments.size() - 1
                        && segments.get(i) instanceof Segment.Literal(String text)
                        && text.isEmpty();
                if (!slashAtTheEnd || reading == Strictness.STRICT) {
                    node = node.child(segments.get(i), reading);
                }
            }
            switch (tail) {
                case NOTHING -> node.here.add(rule);
                case ANYTHING -> node.hereAndBelow.add(rule);
                case SOMETHING -> node.below.add(rule);
            }
        }

        private Builder child(Segment segment, Strictness reading) {
            return switch (segment) {
                case Segment.Literal(String text) ->
                    literals.computeIfAbsent(reading.normalizedWord(text), _ -> new Builder());
                case Segment.Any() -> {
                    if (any == null) {
                        any = new Builder();
                    }
                    yield any;
                }
            };
        }

        PathTrie build() {
            return new PathTrie(this);
        }
    }
}
