/** Issues JWT-SVIDs, and keeps the keys that sign them: published first, used later, withdrawn when their tokens have ended. */
@NullMarked
package dev.weft.control.jwt;

import org.jspecify.annotations.NullMarked;
