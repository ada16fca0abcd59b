/** The routes of Services for people and for programs: what {@code weft routes} shows. */
@NullMarked
package dev.weft.cli.route;

import org.jspecify.annotations.NullMarked;
